"""Pages in the index of another language, by mistake or in a mixed folder, stay findable by the words as written."""

import json
import secrets
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from daftar.search.query import build_query
from mappings import LANGUAGES, document_template
from tasks.cluster import Target, connect
from tasks.document import Language
from tasks.enrich.half_spaces import find_restored

pytestmark = pytest.mark.search

# fmt: off
PAGES = [
    "رئیس‌جمهور گفت که گفت‌وگوهای هسته‌ای در وین ادامه می‌یابد.",
    "نمی‌دانم چرا کتاب‌های تازه‌ای از نویسندگان جوان به بازار نیامده‌اند.",
    "وزير امور خارجه ايران ديروز به مسكو رفت و با همتاي خود ديدار كرد.",
    "بارش برف و کولاک راه‌های ۱۲ استان کشور را بست؛ مدرسه‌ها تعطیل شدند.",
    "قال رئيس الوزراء إن الحكومة ستعلن قراراتها للصحافة يوم الأحد.",
    "وبالاتفاق مع المسؤولين بالعاصمة بدأت الشركات تصدير ٢٥ ألف طن من القمح.",
    "لماذا تأخّر وصول المساعدات إلى اللاجئين هجومًا بعد هجوم؟",
    "ازدادت أسعار المحروقات في سوريا ولبنان والعراق بنسبة كبيرة.",
]
# fmt: on


@pytest.fixture(scope="module")
def find(elasticsearch_url: str) -> Iterator[Any]:
    """Every page in every index; sends search texts, returns for each the (language, number) it was found as."""
    prefix = f"test-{secrets.token_hex(6)}"
    with httpx.Client(base_url=elasticsearch_url, timeout=60) as client:
        rows: list[Any] = []
        for language in LANGUAGES:
            index = f"{prefix}-documents-{language}-1"
            assert client.put(f"/{index}", json=document_template(prefix, language)["template"]).is_success
            for number, page in enumerate(PAGES):
                source = {"language": language if language != "other" else "und", "body": page}
                rows += [{"index": {"_index": index, "_id": f"{language} {number}"}}, source]
        headers = {"Content-Type": "application/x-ndjson"}

        def send(path: str, rows: list[Any]) -> Any:
            content = "".join(json.dumps(row) + "\n" for row in rows)
            answer = client.post(path, content=content, headers=headers).json()
            assert not answer.get("errors"), answer
            return answer

        send("/_bulk?refresh=true", rows)

        def find(texts: list[str]) -> list[set[str]]:
            requests = [{"query": build_query(text), "size": 100, "_source": False} for text in texts]
            answers = send(f"/{prefix}-*/_msearch", [part for one in requests for part in ({}, one)])["responses"]
            return [{hit["_id"] for hit in answer["hits"]["hits"]} for answer in answers]

        yield find
        client.delete(f"/{prefix}-*")


@pytest.mark.parametrize("number", range(len(PAGES)))
def test_every_word_as_written_finds_its_page_in_every_index(find: Any, number: int) -> None:
    words = [word.strip(".؛؟،") for word in PAGES[number].split()]
    wanted = {f"{language} {number}" for language in LANGUAGES}
    missed = {word: wanted - found for word, found in zip(words, find(words), strict=True) if not wanted <= found}
    assert not missed


@pytest.mark.parametrize("number", range(len(PAGES)))
def test_a_quoted_sentence_and_a_whole_one_find_their_page_in_every_index(find: Any, number: int) -> None:
    wanted = {f"{language} {number}" for language in LANGUAGES}
    for found in find([PAGES[number], f'"{PAGES[number]}"', " ".join(PAGES[number].split()[2:6])]):
        assert wanted <= found


def test_a_part_of_a_word_finds_the_page_with_its_half_spaces_and_the_one_without(own_target: Target) -> None:
    pages = ["او درباره کتاب‌های تازه‌اش نمی‌نویسد", "او درباره کتابهای تازهاش نمینویسد", "او درباره شعر حرف می‌زند"]
    for number, page in enumerate(pages):
        source = {"language": "fa", "body": page, "restored": " ".join(find_restored(page, Language("fa", 1.0)))}
        connect(own_target).index(index=own_target.documents("fa"), id=str(number), document=source, refresh=True)
    for word in ("نویسد", "کتاب"):
        answer = connect(own_target).search(index=own_target.all_documents, query=build_query(word))
        assert {hit["_id"] for hit in answer["hits"]["hits"]} == {"0", "1"}

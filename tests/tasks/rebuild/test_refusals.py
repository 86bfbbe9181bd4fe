"""A version that is unfinished, lacks something or was made with other mappings does not come to serve."""

from typing import Any

import pytest
from archive import Archive
from rebuilding import STABLE, all_serve, list_indices, rebuild, roll_back, serving

from tasks.cluster import Target, connect, install
from tasks.copying import Copier, read_ends
from tasks.errors import Misconfigured
from tasks.indices import (
    check_templates,
    find_closed,
)
from tasks.rebuild import begin_rebuild, compare, fill, prune, swap

pytestmark = [pytest.mark.search, pytest.mark.slow]


def test_an_unfinished_version_is_seen_by_nobody_and_cleared_away(archive: Archive, passages: Any) -> None:
    assert serving(archive.target) == all_serve(1)
    assert len(archive.current_ids()) == STABLE
    unfinished = passages[0].destination.index
    connect(archive.target).index(index=unfinished, id="stray", document={"document_id": "stray", "current": True})
    rebuild(archive.target)
    assert serving(archive.target) == all_serve(2)
    assert not connect(archive.target).exists(index=unfinished, id="stray")


def test_an_index_with_other_documents_does_not_come_to_serve(archive: Archive, passages: Any) -> None:
    target, fa = archive.target, passages[0].destination.index
    connect(target).indices.refresh(index=fa)
    document_id = connect(target).search(index=fa, size=1)["hits"]["hits"][0]["_id"]
    connect(target).delete(index=fa, id=document_id, refresh=True)
    with pytest.raises(Misconfigured, match=rf"documents-fa-000001 has .*20 documents.*, {fa} .*19 documents"):
        swap(target, passages, compare(target, passages))
    assert serving(target) == all_serve(1)
    assert find_closed(target) == []


def test_an_index_that_does_not_find_its_documents_is_refused_unless_accepted(archive: Archive, passages: Any) -> None:
    target = archive.target
    for passage in passages[:2]:
        connect(target).indices.put_settings(
            index=passage.destination.index, settings={"index.query.default_field": ["removed_text"]}
        )
    with pytest.raises(Misconfigured, match="Of 40 documents that are found by their titles the new indices miss 40"):
        compare(target, passages)
    assert len(compare(target, passages, accept=True).lost) == 40
    assert serving(target) == all_serve(1)


def test_a_document_that_the_new_index_refuses_ends_the_rebuild(archive: Archive) -> None:
    passages = begin_rebuild(archive.target)
    index = passages[0].destination.index
    connect(archive.target).indices.delete(index=index)
    wrong = {"dynamic": "strict", "properties": {"title": {"type": "date"}}}
    connect(archive.target).indices.create(index=index, mappings=wrong)
    with pytest.raises(Misconfigured, match=f"{index} does not take document"):
        fill(passages[0])
    assert serving(archive.target) == all_serve(1)


def test_fields_that_the_new_index_has_not_are_left_out_and_named(archive: Archive) -> None:
    client = connect(archive.target)
    old = f"{archive.target.documents('fa')}-000001"
    client.indices.put_mapping(index=old, properties={"mood": {"type": "keyword"}})
    client.update_by_query(index=old, script={"source": "ctx._source.mood = 'glad'"}, refresh=True)
    swapped = rebuild(archive.target)
    assert swapped.left_out == ("mood",)
    assert "mood" not in next(iter(archive.documents().values()))
    # The one that serves has all of its fields, and the way back has the one that it had.
    roll_back(archive.target)
    moods = client.search(index=archive.target.documents("fa"), query={"term": {"mood": "glad"}})
    assert moods["hits"]["total"]["value"] == 20


def test_a_copy_takes_up_each_change_once_and_in_any_shard(elasticsearch_url: str, target: Target) -> None:
    client = connect(target)
    names = [f"{target.prefix}-copying-{name}" for name in ("old", "new")]
    for index in names:
        client.indices.create(index=index, settings={"index.number_of_shards": 3}, mappings={"properties": {}})
    for number in range(30):
        client.index(index=names[0], id=str(number), document={"value": number})
    copier = Copier(target, *names)
    assert copier.count_waiting() == 30
    assert copier.catch_up() == 30
    assert (copier.catch_up(), copier.count_waiting()) == (0, 0)
    for number in (3, 4):
        client.index(index=names[0], id=str(number), document={"value": -number})
    client.index(index=names[0], id="new", document={"value": 99})
    assert copier.count_waiting() == 3
    assert copier.catch_up() == 3
    assert copier.done == read_ends(target, names[0])
    client.indices.refresh(index=names[1])
    found = client.search(index=names[1], size=100)["hits"]["hits"]
    assert {hit["_id"]: hit["_source"]["value"] for hit in found} == {
        **{str(number): number for number in range(30)},
        "3": -3,
        "4": -4,
        "new": 99,
    }


class TestTemplates:
    def test_todays_indices_fit(self, target: Target) -> None:
        check_templates(target)

    def test_none_are_no_matter(self, elasticsearch_url: str) -> None:
        check_templates(Target(elasticsearch_url, "nothing-here"))

    @pytest.mark.parametrize("meta", [{"fingerprint": "another"}, {}], ids=["another", "none"])
    def test_those_of_another_daftar_are_refused(self, target: Target, meta: dict[str, str]) -> None:
        index = f"{target.documents('ar')}-000001"
        connect(target).indices.put_mapping(index=index, meta=meta)
        with pytest.raises(Misconfigured, match=f"{index} was made with other mappings") as caught:
            check_templates(target)
        assert "daftar rebuild" in caught.value.advice
        rebuild(target)
        check_templates(target)

    def test_installing_again_keeps_the_new_versions(self, target: Target) -> None:
        rebuild(target)
        before = list_indices(target)
        install(target)
        assert list_indices(target) == before
        assert prune(target) == []

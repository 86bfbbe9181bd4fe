"""Which rule a line of page furniture has, and the tables of the rules."""

import pytest

from tasks.text.folding import fold
from tasks.text.furniture_rules import (
    is_block_label,
    is_credited_caption,
    is_publisher,
    label_key,
    load_sites,
    match_rule,
)
from tasks.text.tables import load_rows


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("برچسب‌ها", "tags"),
        ("برچسب ها:", "tags"),
        ("برچسبها", "tags"),
        ("برچسب‌ها: ایران، روسیه", "tags"),
        ("کلیدواژه‌ها: گاز", "tags"),
        ("مطالب مرتبط", "related"),
        ("مطالب مرتبط (۳)", "related"),
        ("بیشتر بخوانید: سفر پیشین چه نتیجه‌ای داشت", "related"),
        ("نظرات", "comments"),
        ("۲۳ نظر", "record"),
        ("نظرات (۱۲)", "comments"),
        ("ديدگاه‌ها", "comments"),
        ("پیام برای این مطلب مسدود شده.", "notice"),
        ("نشانی ایمیل شما منتشر نخواهد شد.", "notice"),
        ("نام:", "form"),
        ("اشتراک‌گذاری", "share"),
        ("فیسبوک | توییتر | تلگرام", "share"),
        ("خانه | سیاست | تماس با ما", "navigation"),
        ("صفحه اصلی » سیاست » مجلس", "navigation"),
        ("کد خبر: ۸۵۴۲۱", "record"),
        ("تاریخ انتشار: ۱۲ مهر ۱۴۰۱", "record"),
        ("زمان مطالعه: ۳ دقیقه", "record"),
        ("© تمامی حقوق محفوظ است", "copyright"),
        ("کلیه حقوق این سایت متعلق به خبرنامه نمونه است.", "copyright"),
        ("عکس: رویترز", "caption"),
        ("دیدار دو رهبر در پکن / عکس: AA", "caption"),
        ("مردم در میدان اصلی شهر (عکس: خبرگزاری نمونه)", "caption"),
        ("ادامه مطلب", "read_more"),
        ("آگهی", "advertisement"),
        ("منبع: خبرگزاری نمونه", "source"),
        ("نویسنده: کسی", "byline"),
        ("14 ژانویه 2025", "date"),
        ("دوشنبه ۲۴ دی ۱۴۰۳ - ۱۲:۳۵", "date"),
        ("یک‌شنبه، ۳ مهرماه ۱۴۰۱ ساعت ۸", "date"),
        ("1403/10/24", "date"),
        ("12 January 2025", "date"),
        ("16661 Ventura Blvd, Encino, CA 91436", "address"),
        ("1600 Example Avenue NW", "address"),
        ("12 Sample Street, Suite 5", "address"),
        ("P.O. Box 1234, Tehran", "address"),
        ("تهران، خیابان نمونه، کوچه دوم، پلاک ۱۲", "address"),
        ("نشانی: شهر نمونه", "address"),
        ("www.example.com", "site"),
        ("سیاسی", "section"),
        ("ایرنا", "site"),
        ("سرویس سیاسی", "section"),
        ("انتهای پیام/", "end_mark"),
        ("نخست‌وزیر به دیدار کشاورزان شمال می‌رود", ""),
        ("نخست‌وزیر بامداد فردا برای دیدار با کشاورزان راهی استان‌های شمالی خواهد شد.", ""),
        ("حمله به پلاک ۱۲ در خیابان نمونه سه زخمی بر جا گذاشت.", ""),
        ("ساختمان ۵ طبقه در خیابان نمونه فرو ریخت", ""),
        ("۲۰ کشور در نشست شرکت می‌کنند", ""),
        ("دی ماه", ""),
        ("برچسب زدن به مخالفان کار آسانی است و به هیچ کس کمک نمی‌کند.", ""),
        ("بیشتر بخوانید و کمتر بنویسید، این پندی است که همه شنیده‌ایم.", ""),
        ("", ""),
        ("؟", ""),
    ],
)
def test_match_rule_in_persian(line: str, rule: str) -> None:
    assert match_rule(line, "fa") == rule


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("الوسوم", "tags"),
        ("الوسوم: إيران، روسيا", "tags"),
        ("الكلمات المفتاحية", "tags"),
        ("مقالات ذات صلة", "related"),
        ("اقرأ أيضاً", "related"),
        ("إقرأ أيضًا:", "related"),
        ("اقرأ أيضا: كيف بدأت الأزمة", "related"),
        ("اترك تعليقاً", "comments"),
        ("اترك تعليقاً إلغاء الرد", "comments"),
        ("التعليقات (7)", "comments"),
        ("لن يتم نشر عنوان بريدك الإلكتروني.", "notice"),
        ("الحقول الإلزامية مشار إليها بـ *", "notice"),
        ("الاسم *", "form"),
        ("البريد الإلكتروني *", "form"),
        ("شارك الخبر: واتساب | تويتر", "share"),
        ("فيسبوك تويتر مشاركة عبر البريد", "share"),
        ("فيسبوك تحجب صفحة", ""),
        ("انتهى", "end_mark"),
        ("0 120 دقيقة واحدة", "record"),
        ("فيسبوك / تويتر / تلغرام", "share"),
        ("الرئيسية » أخبار » اقتصاد", "navigation"),
        ("آخر تحديث: 13 فبراير 2023", "record"),
        ("3 دقائق قراءة", "record"),
        ("جميع الحقوق محفوظة © المثال 2020", "copyright"),
        ("صورة: وكالة المثال", "caption"),
        ("الرئيسان في قاعة الاجتماعات (رويترز)", "caption"),
        ("لقاء في العاصمة / صورة: المثال", "caption"),
        ("صورة أرشيفية", "caption"),
        ("اقرأ المزيد", "read_more"),
        ("إعلان", "advertisement"),
        ("المصدر: وكالة المثال", "source"),
        ("بقلم: كاتب", "byline"),
        ("الأربعاء 1 تشرين الثاني 2017", "date"),
        ("١٢ رمضان ١٤٤٤ هـ", "date"),
        ("الخميس، 5 مايو 2022 - 10:15 ص", "date"),
        ("شارع المثال، بناية 5، هاتف 555", "address"),
        ("ص.ب 1234 مدينة المثال", "address"),
        ("أخبار العالم", "section"),
        ("رئيس الوزراء يزور المزارعين في الشمال", ""),
        ("يبدأ رئيس الوزراء صباح الغد زيارة إلى المحافظات الشمالية للقاء المزارعين.", ""),
        ("وقال الوزير إن بلاده ترحب بالمبادرة (رويترز).", ""),
        ("حريق في الطابق 5 من برج وسط العاصمة", ""),
        ("الأربعاء الأسود", ""),
        ("صورة قاتمة للاقتصاد", ""),
        ("", ""),
    ],
)
def test_match_rule_in_arabic(line: str, rule: str) -> None:
    assert match_rule(line, "ar") == rule


@pytest.mark.parametrize(("line", "rule"), [("برچسب‌ها", "tags"), ("الوسوم", "tags"), ("Share", "share")])
@pytest.mark.parametrize("language", ["und", "en", "ur"])
def test_other_languages_have_the_rules_of_both(line: str, rule: str, language: str) -> None:
    assert match_rule(line, language) == rule


@pytest.mark.parametrize(
    ("line", "caption"),
    [
        ("رویترز: دیدار نخست‌وزیر با کشاورزان", True),
        ("رادیوفرانسه: نشست سران در وین", True),
        ("رادیو فرانسه: نشست سران در وین", True),
        ("رویترز: نخست‌وزیر به شمال می‌رود", False),
        ("نخست‌وزیر: دیدار با کشاورزان سودمند بود", False),
        ("رویترز: دیدار نخست‌وزیر با کشاورزان شمال روز گذشته برگزار شد.", False),
        ("رویترز:", False),
        ("", False),
    ],
)
def test_is_credited_caption(line: str, caption: bool) -> None:
    assert is_credited_caption(line, "fa") is caption


@pytest.mark.parametrize(
    ("line", "publisher"),
    [
        ("روزنامه نمونه شهر", True),
        ("پایگاه خبری نمونه", True),
        ("خبرنامه نمونه، گروه جهان", True),
        ("تهران / خبرگزاری نمونه", True),
        ("شبکه پولشویی متلاشی شد", False),
        ("روزنامه", False),
        ("نمونه شهر", False),
        ("روزنامه نمونه شهر دیروز در تهران بسته شد و کارکنانش رفتند", False),
    ],
)
def test_is_publisher(line: str, publisher: bool) -> None:
    assert is_publisher(line, "fa", {"پولشویی"}.__contains__) is publisher


def test_labels() -> None:
    assert label_key("  «نظرات» (۳):") == label_key("نظرات") == "نظرات"
    assert label_key("۱۲۳") == ""
    assert is_block_label("اقرأ أيضًا:", "ar")
    assert not is_block_label("اقرأ أيضًا: كيف بدأت الأزمة", "ar")
    assert label_key("الجزيرة نت") in load_sites("ar")


@pytest.mark.parametrize("language", ["fa", "ar"])
def test_rows_have_three_columns_a_known_match_and_one_rule_for_a_text(language: str) -> None:
    rows = load_rows(language, "furniture.tsv")
    vocabularies = {"media", "caption_noun", "publisher", "address_mark", "address_word", "date_word"}
    labels = [label_key(text) for rule, match, text in rows if match == "is" and rule not in vocabularies]
    starts = ["".join(fold(text).split()) for _, match, text in rows if match == "starts"]
    assert len(set(labels)) == len(labels)
    assert len(set(starts)) == len(starts)
    assert {len(row) for row in rows} == {3}
    assert {row[1] for row in rows} == {"is", "starts", "has", "pattern"}
    assert len(set(rows)) == len(rows)

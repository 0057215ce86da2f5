"""The Olist preset on a few rows of its published shape."""

from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from store.loading import load
from store.warehouse import Warehouse

FILES = {
    "olist_customers_dataset": (
        '"customer_id","customer_unique_id","customer_zip_code_prefix","customer_city","customer_state"\n'
        '"k1","ana","01151","sao paulo","SP"\n"k2","ana","01151","campinas","SP"\n"k3","rui","20000","rio","RJ"\n'
    ),
    "olist_orders_dataset": (
        '"order_id","customer_id","order_status","order_purchase_timestamp","order_approved_at"\n'
        '"o1","k1","delivered","2017-10-02 10:56:33",""\n"o2","k2","canceled","2017-11-02 10:00:00",""\n'
        '"o3","k3","shipped","2018-01-02 09:00:00",""\n'
    ),
    "olist_order_items_dataset": (
        '"order_id","order_item_id","product_id","seller_id","shipping_limit_date","price","freight_value"\n'
        '"o1",1,"prod1","s","2017-10-06 11:07:15",29.99,8.72\n"o1",2,"prod2","s","2017-10-06 11:07:15",10.00,8.72\n'
        '"o2",1,"prod1","s","2017-10-06 11:07:15",29.99,8.72\n"o3",1,"prod2","s","2017-10-06 11:07:15",10.00,8.72\n'
    ),
    "olist_products_dataset": (
        '"product_id","product_category_name","product_name_lenght"\n"prod1","utilidades_domesticas",40\n"prod2",,\n'
    ),
    "product_category_name_translation": (
        "\ufeffproduct_category_name,product_category_name_english\nutilidades_domesticas,housewares\n"
    ),
    "olist_order_reviews_dataset": (
        '"review_id","order_id","review_score","review_comment_title","review_comment_message",'
        '"review_creation_date","review_answer_timestamp"\n'
        '"r1","o1",5,"Bom","Chegou\r\nrápido","2017-10-10 00:00:00","2017-10-11 03:43:48"\n'
        '"r1","o3",1,,,"2018-01-10 00:00:00","2018-01-12 03:43:48"\n'
    ),
    "olist_sellers_dataset": '"seller_id"\n"s"\n',
}


@pytest.fixture
def olist(tmp_path: Path) -> Path:
    folder = tmp_path / "olist"
    folder.mkdir()
    for name, text in FILES.items():
        (folder / f"{name}.csv").write_text(text, "utf-8")
    return folder


@pytest.mark.parametrize("preset", ["olist", None])
def test_olist(olist, home, fetch, preset):
    report = load(olist, home, preset=preset)
    assert (report.read, report.loaded, report.rejected) == (15, 15, 0)
    assert report.tables == {"customers": 2, "products": 2, "orders": 3, "order_items": 4, "events": 0, "reviews": 2}
    assert fetch("SELECT order_id, customer_id, status, total, country FROM orders ORDER BY 1") == [
        ("o1", "ana", "completed", Decimal("39.9900"), "Brazil"),
        ("o2", "ana", "cancelled", Decimal("29.9900"), "Brazil"),
        ("o3", "rui", "completed", Decimal("10.0000"), "Brazil"),
    ]
    assert fetch("SELECT name, category FROM products ORDER BY product_id") == [
        ("housewares prod1", "housewares"),
        ("product prod2", None),
    ]
    assert fetch("SELECT review_id, customer_id, product_id, rating, text FROM reviews ORDER BY 1") == [
        ("r1-o1", "ana", "prod1", 5.0, "Bom. Chegou\r\nrápido"),
        ("r1-o3", "rui", "prod2", 1.0, None),
    ]
    assert fetch("SELECT attributes->>'city' FROM customers ORDER BY customer_id") == [("campinas",), ("rio",)]
    info = Warehouse.open(home).info
    assert (info.currency, info.as_of) == ("BRL", datetime(2018, 1, 12, 3, 43, 48))
    assert not load(olist, home, preset="olist").changed

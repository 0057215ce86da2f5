"""The demo shop: a seeded, documented process (docs/demo-shop.md) that fills a shop nobody has to own."""

from store.demo.make import END, SEED, DemoReport, make_demo

__all__ = ["END", "SEED", "DemoReport", "make_demo"]

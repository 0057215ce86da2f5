"""What to show a customer next."""

from tools.recommend.kept import refresh_recommender
from tools.recommend.model import Recommender
from tools.recommend.similar import similar_customers
from tools.recommend.tool import recommend_products

__all__ = ["Recommender", "recommend_products", "refresh_recommender", "similar_customers"]

"""The addresses under /orders/."""

from django.urls import path

from lms.commerce import finance_views, views, webhooks

app_name = "commerce"
urlpatterns = [
    path("", views.orders, name="orders"),
    path("new/", views.new_order, name="new_order"),
    path("seats/<int:line_id>/", views.seats, name="seats"),
    path("finance/", finance_views.finance, name="finance"),
    path("finance/refunds/", finance_views.refunds, name="refunds"),
    path("finance/transfers/", finance_views.transfers, name="transfers"),
    path("finance/orders.csv", finance_views.export, name="export"),
    path("stripe/", webhooks.stripe, name="stripe"),
    path("<uuid:order_uuid>/", views.order_page, name="order"),
    path("<uuid:order_uuid>/change/", views.change_order, name="change_order"),
]

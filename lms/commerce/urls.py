"""The addresses under /orders/."""

from django.urls import path

from lms.commerce import books_views, finance_views, paper_views, price_views, views, webhooks

app_name = "commerce"
urlpatterns = [
    path("", views.orders, name="orders"),
    path("new/", views.new_order, name="new_order"),
    path("seats/<int:line_id>/", views.seats, name="seats"),
    path("finance/", finance_views.finance, name="finance"),
    path("finance/refunds/", finance_views.refunds, name="refunds"),
    path("finance/transfers/", finance_views.transfers, name="transfers"),
    path("finance/prices/", price_views.prices, name="prices"),
    path("finance/payments/return/", finance_views.return_payment, name="return_payment"),
    path("finance/payments/keep/", finance_views.refuse_return, name="refuse_return"),
    path("finance/books/", books_views.books, name="books"),
    path("finance/lists/<slug:name>/<slug:form>/", finance_views.finance_list, name="finance_list"),
    path("lists/<slug:name>/<slug:form>/", paper_views.company_list, name="company_list"),
    path("stripe/", webhooks.stripe, name="stripe"),
    path("<uuid:order_uuid>/", views.order_page, name="order"),
    path("<uuid:order_uuid>/paper/", paper_views.paper, name="paper"),
    path("<uuid:order_uuid>/notes/<int:number>/", paper_views.credit_note, name="credit_note"),
    path("<uuid:order_uuid>/change/", views.change_order, name="change_order"),
]

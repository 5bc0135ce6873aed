"""Addresses of the portfolios app."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.home, name="home"),
    path("portfolios/new/", views.portfolio_new, name="portfolio-new"),
    path("portfolios/<int:pk>/", views.dashboard, name="dashboard"),
    path("portfolios/<int:pk>/refresh/", views.refresh, name="refresh"),
    path("portfolios/<int:pk>/jobs/", views.jobs_card, name="jobs-card"),
    path("portfolios/<int:pk>/activity/", views.activity, name="activity"),
    path("portfolios/<int:pk>/transactions/new/", views.transaction_new, name="transaction-new"),
    path("portfolios/<int:pk>/transactions/<int:transaction>/", views.transaction_edit, name="transaction-edit"),
    path(
        "portfolios/<int:pk>/transactions/<int:transaction>/delete/",
        views.transaction_delete,
        name="transaction-delete",
    ),
    path("portfolios/<int:pk>/import/", views.import_new, name="import-new"),
    path("portfolios/<int:pk>/import/<int:batch>/", views.import_preview, name="import"),
    path("portfolios/<int:pk>/import/<int:batch>/apply/", views.import_apply, name="import-apply"),
]

"""A person's own page."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


@login_required
def profile(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/profile.html")


@login_required
def identity(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/profile.html")


@login_required
def add_licence(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/profile.html")

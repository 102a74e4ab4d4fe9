"""The desk of an organisation, and the area of an authority."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from lms.accounts.roles import Role, require


@require(Role.ENTERPRISE_MANAGER, Role.INSTITUTION_MANAGER)
def desk(request: HttpRequest) -> HttpResponse:
    return render(request, "organisations/desk.html")


@require(Role.AUTHORITY)
def area(request: HttpRequest) -> HttpResponse:
    return render(request, "organisations/area.html")

"""The employer's desk: training that a company runs for its own people, with plan, sign-in on site and papers.

Managers of a company enter for their own staff, learners sign in where they are, reviewers accept within their scope. It
reads people and memberships from below and writes no hours: each decision calls one deed of `lms.credit.actions`.
"""

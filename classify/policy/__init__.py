"""Deciding: from the class that a query touches, who asks and from where to allow, deny or who must agree."""

from classify.policy.decision import Allow, Decision, Deny, Missing, NeedsApproval, Reason
from classify.policy.facts import Approval, Grant, Principal, Request, Scope, Sink
from classify.policy.policy import Policy
from classify.policy.requirement import Approvers, Obligations, Requirement
from classify.policy.rules import Effect, Review, Rule

__all__ = [
    "Allow",
    "Approval",
    "Approvers",
    "Decision",
    "Deny",
    "Effect",
    "Grant",
    "Missing",
    "NeedsApproval",
    "Obligations",
    "Policy",
    "Principal",
    "Reason",
    "Request",
    "Requirement",
    "Review",
    "Rule",
    "Scope",
    "Sink",
]

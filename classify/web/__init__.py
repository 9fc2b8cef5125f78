"""A page for approvers: what is pending, what it touches and why it needs whom; to agree, or to refuse with a reason.

The extra `web`. It is for whoever started it, on their own machine.
"""

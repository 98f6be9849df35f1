"""A verdict as JSON: the shape users, logs and other programs see (design section 9)."""

from __future__ import annotations

from typing import Any

from dialer.core.permit import Verdict
from dialer.core.texts import Language, rule_text


def verdict_json(verdict: Verdict, *, language: Language) -> dict[str, Any]:
    """Rule ids with their texts, and the instants (UTC, ISO 8601) at which the answer changes."""
    return {
        "verdict": "allow" if verdict.allowed else "deny",
        "denials": [
            {
                "rule": denial.rule,
                "text": rule_text(denial.rule, denial.detail, language),
                "effect": denial.effect.value,
                "not_before": denial.not_before.isoformat() if denial.not_before else None,
            }
            for denial in verdict.denials
        ],
        "warnings": [],
        "not_before": verdict.not_before.isoformat() if verdict.not_before else None,
        "closes_at": verdict.closes_at.isoformat() if verdict.closes_at else None,
        "packs": [verdict.pack],
    }

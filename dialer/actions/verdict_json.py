"""A verdict as JSON: the shape users, logs and other programs see (design section 9)."""

from __future__ import annotations

from typing import Any

from dialer.core.checks.finding import Finding
from dialer.core.permit import Verdict
from dialer.core.texts import Language, detail_text


def finding_text(finding: Finding, language: Language) -> str:
    """A rule's objection in one sentence."""
    return finding.text.says(language, detail_text(finding.detail, language))


def verdict_json(verdict: Verdict, *, language: Language) -> dict[str, Any]:
    """Rule ids with their texts, and the instants (UTC, ISO 8601) at which the answer changes."""
    return {
        "verdict": "allow" if verdict.allowed else "deny",
        "denials": [
            {
                "rule": denial.rule,
                "text": finding_text(denial, language),
                "effect": denial.effect.value,
                "not_before": denial.not_before.isoformat() if denial.not_before else None,
            }
            for denial in verdict.denials
        ],
        "warnings": [{"rule": w.rule, "text": finding_text(w, language)} for w in verdict.warnings],
        "not_before": verdict.not_before.isoformat() if verdict.not_before else None,
        "closes_at": verdict.closes_at.isoformat() if verdict.closes_at else None,
        "packs": list(verdict.packs),
    }

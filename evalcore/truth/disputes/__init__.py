"""What open disputes can still change, and how far the numbers can go with them."""

from evalcore.truth.disputes.outcomes import Band, band
from evalcore.truth.disputes.pairs import OpenDisputes, Span
from evalcore.truth.disputes.ranking import with_roc_auc

__all__ = ["Band", "OpenDisputes", "Span", "band", "with_roc_auc"]

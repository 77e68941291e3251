"""The texts that the evidence component needs, each named by what it says."""

from __future__ import annotations

from typing import Final

# Those marked * are plurals, chosen in the browser by Intl.PluralRules.
_HEAD: Final = (
    "passed",  # * {threshold} {passed} {total}; plural of passed
    "left",  # * {threshold} {median} {low} {high} {total}; plural of total
    "more_doubtful",  # * {more} {doubtful}; plural of more
    "measured",  # {precision} {recall}
    "source_photos",  # * {photos}; plural of photos
    "source_complete",
    "source_judged",  # * {pairs}; plural of pairs
    "source_unjudged",
    "source_sample",  # * {sampled} {total}; plural of sampled
    "passed_about",  # {passed} {margin}; stands for {passed} where it is an estimate
    "source_bands",  # {level}
    "unmeasured",  # {line}
    "copy",
    "copied",
    "not_copied",
    "reset",  # {threshold}
    "threshold",
    "doubtful_from",
    "slider",
    "bad_value",  # {text}
    "bad_doubtful",  # {text} {threshold}
    "no_charts",
)
_ADVICE: Final = (
    "advice_title",
    "advice_lead",
    "advice_pending",
    "advice_unjudged",
    "rule_f_beta",  # {beta}
    "rule_precision",  # {precision} {confidence}
    "rule_recall",  # {recall}
    "rule_cost",  # {cost}
    "rule_two_lines",
    "why_f_beta",  # {beta}
    "why_precision",  # {precision} {confidence}
    "why_recall",  # {recall} {confidence}
    "why_cost",  # {cost}
    "why_two_lines",  # {threshold} {doubtful}
    "held_out",  # * {precision} {recall} {accepted} {photos}; plural of photos
    "a_search",  # * {products}; plural of products
    "empty",  # * {empty} {photos}; plural of empty
    "too_few",  # * {missing}; plural of missing
    "unreachable",
    "unreachable_best",  # {best}
    "one_class",
    "take",
    "taken",
    "by_category",
    "category",
    "f_held_out",  # {beta}
)
_CHARTS: Final = (
    "table",
    "active",
    "matches",
    "others",
    "median",
    "precision",
    "recall",
    "f",  # {beta}
    "fallout",
    "results",
    "of_catalogue",
    "products",
    "passing",
    "percentile",  # {n}
    "chance",
    "distribution_title",  # {threshold} {matches} {others}
    "distribution_name",
    "distribution_note",
    "results_title",  # * {threshold} {median} {low} {high}; plural of median
    "results_name",
    "results_note",
    "measures_title",  # {threshold} {precision} {recall} {f} {beta}
    "measures_name",
    "measures_note",
    "pr_title",  # {ap} {threshold} {precision} {recall}
    "pr_title_pending",  # {threshold} {precision} {recall}
    "pr_name",
    "pr_note",
    "roc_title",  # {auc} {threshold} {matches} {others}
    "roc_title_pending",  # {threshold} {matches} {others}
    "roc_name",
    "roc_note",
)
_CELLS: Final = (
    "cells_title",
    "cells_lead",
    "near_title",
    "near_lead",
    "above",
    "below",
    "true_positive",
    "false_positive",
    "false_negative",
    "true_negative",
    "just_above",
    "just_below",
    "figures_title",
    "chance_at",  # {threshold}
    "average_precision",
    "roc_auc",
    "precision_1",
    "precision_5",
    "precision_10",
    "ndcg_10",
    "judged_photos",
    "judged_pairs",
)
TEXTS: Final = (*_HEAD, *_ADVICE, *_CHARTS, *_CELLS)

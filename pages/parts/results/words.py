"""The texts of the results component; those of a card are in `results.card`."""

from __future__ import annotations

from typing import Final

# One sentence each; those marked * are plurals, chosen in the browser by Intl.PluralRules.
# A name with a scale's suffix speaks of that scale, without one of the plain cosine. {subject} and
# {best} of the captions are filled in by `said`, which has other sentences for a narrowed search.
TEXTS: Final = (
    "evidence",  # * {threshold} {passed} {total}; plural of passed
    "cuts_almost_nothing",  # * {threshold} {passed} {total}; plural of passed
    "cuts_nothing",  # * {threshold} {total}; plural of total
    "about",  # {passed} {margin}; stands for {passed} where it is an estimate
    "sampled",  # * {sampled} {total}; plural of sampled
    "uncounted",  # * {threshold} {passed} {total}; plural of passed
    "uncounted_note",
    "shown",  # * {passed} {shown}; plural of passed
    "all_shown",  # * {shown}; plural of shown
    "whose",  # {threshold} {who} {date} {why}
    "whose_unsaid",  # {threshold} {who} {date}
    "whose_when",  # {threshold} {date}
    "whose_default",  # {threshold}
    "to_threshold",
    "why_suggestion",
    "use_suggestion",  # * {threshold} {passed}; plural of passed
    "reset",  # {threshold}
    "threshold",
    "threshold_centred",
    "threshold_relative",
    "bad_value",  # {text}
    "caption",  # * {subject} {total}; plural of total
    "caption_centred",  # * {subject} {total}; plural of total
    "caption_relative",  # * {subject} {best} {total}; plural of total
    "similar",  # {count}
    "similar_best",  # {count} {shown}
    "doubtful",  # {count}
    "doubtful_best",  # {count} {shown}
    "below",  # {count}
    "below_best",  # {count} {shown}
    "nothing_passes",  # {threshold} {best}
    "lower",  # {best}
    "no_products",
    "similarity",
    "tooltip",  # {score} {cosine}, four decimals
    "tooltip_centred",  # {score} {cosine}
    "tooltip_relative",  # {score} {cosine}
    "also_judged",
    "judged",  # {judged} {shown}
    "toolbar",
    "sort_by",
    "sort_similarity",
    "sort_cheapest",
    "sort_dearest",
    "not_converted",  # {currencies}
    "no_currency",
    "hide_doubtful",
    "hidden",  # * {count}; plural of count
    "present",
    "presentation",
    "leave_presentation",
    "print",
    "searched_with",
    "sheet_title",
    "searched_on",  # {date}
    "keys",  # [K] is drawn as the key K
)

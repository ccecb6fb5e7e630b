"""The stated cloud account: how many events it has. Claims about real time and overhead are judged by it.

It is the account of the data set `invictus` (`cloudtrail`): 2,900 CloudTrail events within 56 minutes of 2023-07-10, of
them 110 in the busiest second (12:07:57 UTC). An organisation with many accounts has a multiple of it.
"""

from __future__ import annotations

BUSIEST_SECOND = 110
"""Events of the busiest second. A detector that scores as many in a second never lets a queue grow."""

EVENTS_A_DAY = 75_000
"""Events of a day at the mean rate: 2,900 in 56 minutes are 0.87 a second."""

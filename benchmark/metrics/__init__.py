"""Metrics of a score against labels: numpy in, a number out.

Labels are one mark a point, True where it is anomalous; an *event* is a maximal run of anomalous points. A score is one
number a point, higher is more anomalous; flags are what a threshold makes of it. A name that ends in ``oracle`` is the
best value over all thresholds, found in one sort on the labels themselves: not attainable in use.

What is undefined, and what it gives, everywhere in this package:

==============================  =======================================================================================
no anomalous point              point-wise precision, recall and F1 are 0: nothing was there and nothing was found.
                                Anything that ranks, or counts events, is NaN.
all points anomalous            areas and volumes (ROC, PR) and balanced accuracy are NaN, for there is no normal point
                                to rank below or to pass; metrics at a cut keep their formula.
no point flagged                precision, recall and F1 of every kind are 0; detection delay is NaN.
constant score                  one threshold, which flags everything: AUC-ROC 0.5, AUC-PR the share of anomalies.
equal scores                    never separated: a threshold takes all of them or none, so order breaks no tie.
one point                       one class only, so as above.
no point at all                 `DataError`.
NaN or infinite score           `DataError` that names the position and, from the engine, the detector.
labels or flags not 0 and 1     `DataError` that names the position.
lengths differ                  `DataError` that names both lengths.
==============================  =======================================================================================
"""

"""Metrics of a score against labels: arrays in, a number out.

Labels are one mark a point, True where it is anomalous. An *event* is a maximal run of anomalous points. A score is one
number a point, higher is more anomalous. A threshold turns scores into flags. A name that ends in ``oracle`` is the
best value over all thresholds, found on the labels themselves: not attainable in use.

Each metric is a function of arrays (``vus``), and a function of a checked case (``vus_of``, of an `Evaluated`), so that
the metrics of one case share its checks, events and sorted scores.

Values where a metric is undefined, everywhere in this package:

==============================  =======================================================================================
no anomalous point              point-wise precision, recall and F1 are 0. Metrics that rank or count events are NaN.
all points anomalous            areas and volumes (ROC, PR), balanced accuracy and the false alarm rate are NaN, because
                                there is no normal point; other metrics at a cut keep their formula.
no point flagged                precision, recall and F1 of every kind are 0; detection delay is NaN.
means over both classes         a class without a label and without a flag does not enter a macro mean; what is
                                undefined for a class is 0.
constant score                  one threshold, which flags every point: AUC-ROC 0.5, AUC-PR the share of anomalies.
equal scores                    never separated: a threshold flags all of them or none, whatever their order.
one point                       one class only, so as above.
no point at all                 `DataError`.
NaN or infinite score           `DataError` that names the position and, from the engine, the detector.
labels or flags not 0 and 1     `DataError` that names the position.
lengths differ                  `DataError` that names both lengths.
==============================  =======================================================================================
"""

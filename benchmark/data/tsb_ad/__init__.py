"""TSB-AD: series of other data sets in one form, univariate and multivariate."""

"""Results of studies as typed records, in memory and in JSON. None of these modules imports a model or torch."""

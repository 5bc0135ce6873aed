"""Charts as they are sent: made in a worker, stored ready."""

from django.db import models

from portfolios.models import Portfolio


class Chart(models.Model):
    portfolio = models.ForeignKey(Portfolio, models.CASCADE, related_name="charts")
    name = models.CharField(max_length=30)
    etag = models.CharField(max_length=40)
    payload = models.BinaryField(help_text="JSON of charts.series.encode, gzipped")
    drawn_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["portfolio", "name"], name="chart_once")]

    def __str__(self) -> str:
        return f"{self.name} of portfolio {self.portfolio_id}"

# Tells the team by mail when a month has cost much, some hours after it has.

resource "aws_cloudwatch_metric_alarm" "spend" {
  alarm_name          = "spend"
  namespace           = "AWS/Billing"
  metric_name         = "EstimatedCharges"
  dimensions          = { Currency = "USD" }
  statistic           = "Maximum"
  period              = 21600
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 500
  alarm_actions       = [aws_sns_topic.spend.arn]
}

resource "aws_sns_topic" "spend" {
  name = "spend"
}

resource "aws_sns_topic_subscription" "team" {
  topic_arn = aws_sns_topic.spend.arn
  protocol  = "email"
  endpoint  = "team@example.com"
}

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('live_sessions', '0007_words'),
    ]

    operations = [
        migrations.AddField(
            model_name='invitation',
            name='told',
            field=models.CharField(blank=True, editable=False, help_text='What the last mail said of the date; see people.news.', max_length=40),
        ),
        migrations.AddField(
            model_name='invitation',
            name='news_due_at',
            field=models.DateTimeField(blank=True, editable=False, help_text='Since when the date differs from what was mailed.', null=True),
        ),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_browser_sign_ins'),
    ]

    operations = [
        migrations.AddField(
            model_name='user',
            name='browser_zone',
            field=models.CharField(blank=True, help_text='Of the browser at the last sign-in; for mails where none was chosen.', max_length=64),
        ),
    ]

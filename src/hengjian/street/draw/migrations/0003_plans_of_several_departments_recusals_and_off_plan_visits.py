"""Plans of several departments, declared ties, visits off plan, picks visited together."""

import django.db.models.deletion
from django.db import migrations, models


OF_0002 = ("draw_draw", "draw_pick", "draw_team", "draw_team_officers")


def drop_first_triggers(apps, schema_editor):
    """guards.py lays its own after every migrate: SQLite loses a table's triggers when its columns change."""
    on_table = schema_editor.connection.vendor == "postgresql"
    for table in OF_0002:
        for event in ("kept", "fixed"):
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_{event}" + (f" ON {table}" if on_table else ""))


class Migration(migrations.Migration):

    dependencies = [
        ('draw', '0002_draws_are_kept'),
        ('people', '0002_a_person_may_act_for_several_firms'),
        ('register', '0002_names_are_found_by_two_characters'),
    ]

    operations = [
        migrations.RunPython(drop_first_triggers, migrations.RunPython.noop),
        migrations.CreateModel(
            name='Joined',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField()),
            ],
        ),
        migrations.CreateModel(
            name='OffPlan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('origin', models.CharField(max_length=30)),
                ('reason', models.CharField(max_length=400)),
                ('document', models.CharField(blank=True, max_length=80)),
                ('items', models.JSONField(default=list)),
                ('due', models.DateField()),
                ('exception', models.CharField(blank=True, max_length=30)),
                ('asked', models.DateField()),
                ('decided', models.DateField(blank=True, null=True)),
                ('approved', models.BooleanField(blank=True, null=True)),
                ('decision', models.CharField(blank=True, max_length=200)),
            ],
        ),
        migrations.CreateModel(
            name='Part',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('items', models.JSONField(default=list)),
                ('team_size', models.PositiveSmallIntegerField(default=2)),
            ],
        ),
        migrations.CreateModel(
            name='Recusal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uscc', models.CharField(db_index=True, max_length=18)),
                ('ground', models.CharField(max_length=30)),
                ('note', models.CharField(blank=True, max_length=200)),
                ('since', models.DateField()),
                ('until', models.DateField(blank=True, null=True)),
            ],
        ),
        migrations.AddField(
            model_name='plan',
            name='base',
            field=models.CharField(default='register', max_length=30),
        ),
        migrations.AddField(
            model_name='plan',
            name='exception',
            field=models.CharField(blank=True, max_length=30),
        ),
        migrations.AddField(
            model_name='plan',
            name='exception_reason',
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name='plan',
            name='kind',
            field=models.CharField(default='ad-hoc', max_length=8),
        ),
        migrations.AddField(
            model_name='plan',
            name='published',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='plan',
            name='unvisited_since',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='plan',
            name='visits_from',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name='pick',
            name='probability',
            field=models.CharField(max_length=60),
        ),
        migrations.AddConstraint(
            model_name='plan',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ('annual', 'ad-hoc'))), name='plan_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='plan',
            constraint=models.CheckConstraint(condition=models.Q(('exception', ''), models.Q(('exception_reason', ''), _negated=True), _connector='OR'), name='plan_exception_has_a_reason'),
        ),
        migrations.AddField(
            model_name='joined',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.officer'),
        ),
        migrations.AddField(
            model_name='joined',
            name='lead',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='joins', to='draw.pick'),
        ),
        migrations.AddField(
            model_name='joined',
            name='pick',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='joined_to', to='draw.pick'),
        ),
        migrations.AddField(
            model_name='offplan',
            name='agency',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.agency'),
        ),
        migrations.AddField(
            model_name='offplan',
            name='asked_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.officer'),
        ),
        migrations.AddField(
            model_name='offplan',
            name='decided_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.officer'),
        ),
        migrations.AddField(
            model_name='offplan',
            name='entity',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='register.entity'),
        ),
        migrations.AddField(
            model_name='offplan',
            name='officers',
            field=models.ManyToManyField(related_name='+', to='people.officer'),
        ),
        migrations.AddField(
            model_name='part',
            name='agency',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.agency'),
        ),
        migrations.AddField(
            model_name='part',
            name='plan',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='parts', to='draw.plan'),
        ),
        migrations.AddField(
            model_name='recusal',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.officer'),
        ),
        migrations.AddField(
            model_name='recusal',
            name='officer',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.officer'),
        ),
        migrations.AddConstraint(
            model_name='joined',
            constraint=models.CheckConstraint(condition=models.Q(('pick', models.F('lead')), _negated=True), name='joined_to_another_pick'),
        ),
        migrations.AddConstraint(
            model_name='offplan',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('origin', 'draw'), _negated=True), models.Q(('reason', ''), _negated=True)), name='off_plan_has_a_ground'),
        ),
        migrations.AddConstraint(
            model_name='offplan',
            constraint=models.CheckConstraint(condition=models.Q(('due__gte', models.F('asked'))), name='off_plan_due_after_asked'),
        ),
        migrations.AddConstraint(
            model_name='offplan',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('approved', None), ('decided', None)), models.Q(('approved__isnull', False), ('decided__isnull', False), ('decided_by__isnull', False), models.Q(('decided_by', models.F('asked_by')), _negated=True)), _connector='OR'), name='off_plan_decided_by_another'),
        ),
        migrations.AddConstraint(
            model_name='part',
            constraint=models.UniqueConstraint(fields=('plan', 'agency'), name='a_department_takes_part_once'),
        ),
        migrations.AddConstraint(
            model_name='part',
            constraint=models.CheckConstraint(condition=models.Q(('team_size__gte', 2)), name='part_sends_two_officers'),
        ),
        migrations.AddConstraint(
            model_name='recusal',
            constraint=models.UniqueConstraint(fields=('officer', 'uscc', 'ground', 'since'), name='a_tie_is_declared_once'),
        ),
        migrations.AddConstraint(
            model_name='recusal',
            constraint=models.CheckConstraint(condition=models.Q(('until', None), ('until__gte', models.F('since')), _connector='OR'), name='recusal_ends_after_it_begins'),
        ),
    ]


import content.domain.posts
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.core.validators
import django.db.models.constraints
import django.db.models.deletion
import modelcluster.fields
import uuid
import wagtail.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('player', '0001_initial'),
        ('wagtailcore', '0098_apitoken'),
        ('wagtailimages', '0027_image_description'),
    ]

    operations = [
        migrations.CreateModel(
            name='CatalogPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('introduction', wagtail.fields.RichTextField(blank=True, verbose_name='导语')),
            ],
            options={
                'verbose_name': '课程目录',
                'verbose_name_plural': '课程目录',
            },
            bases=('wagtailcore.page',),
        ),
        migrations.CreateModel(
            name='CoursePage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('code', models.CharField(max_length=40, unique=True, validators=[django.core.validators.RegexValidator('^[A-Za-z0-9][A-Za-z0-9_-]*\\Z', '只用字母、数字、连字符和下划线，以字母或数字开头。')], verbose_name='课程代码')),
                ('introduction', wagtail.fields.RichTextField(blank=True, verbose_name='课程简介')),
                ('cover', models.ForeignKey(blank=True, help_text='可不填：没有封面时用课程题目自动生成', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='wagtailimages.image', verbose_name='封面')),
            ],
            options={
                'verbose_name': '课程',
                'verbose_name_plural': '课程',
            },
            bases=('wagtailcore.page',),
        ),
        migrations.CreateModel(
            name='PostPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('post_code', models.CharField(choices=content.domain.posts.post_choices, max_length=40, unique=True, verbose_name='岗位')),
                ('introduction', wagtail.fields.RichTextField(blank=True, verbose_name='导语')),
            ],
            options={
                'verbose_name': '岗位页',
                'verbose_name_plural': '岗位页',
            },
            bases=('wagtailcore.page',),
        ),
        migrations.CreateModel(
            name='SyllabusTopic',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('section', models.CharField(choices=[('common', '通用知识'), ('professional', '专业知识')], max_length=12, verbose_name='部分')),
                ('post_code', models.CharField(blank=True, choices=content.domain.posts.post_choices, max_length=40, verbose_name='岗位')),
                ('group', models.CharField(choices=[('law', '新法律·新法规'), ('std', '新标准·新规范'), ('tech', '新材料·新设备·新技术·新工艺'), ('ethics', '职业道德')], max_length=10, verbose_name='类别')),
                ('code', models.CharField(max_length=40, verbose_name='代码')),
                ('title', models.CharField(max_length=120, verbose_name='题目')),
                ('hours', models.DecimalField(decimal_places=2, max_digits=5, verbose_name='学时')),
                ('position', models.PositiveSmallIntegerField(verbose_name='顺序')),
            ],
            options={
                'verbose_name': '大纲课题',
                'verbose_name_plural': '大纲课题',
                'ordering': ['version_id', 'section', 'post_code', 'position', 'id'],
            },
        ),
        migrations.CreateModel(
            name='CourseEdition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('number', models.PositiveSmallIntegerField(default=1, verbose_name='版次')),
                ('year', models.PositiveSmallIntegerField(verbose_name='年度')),
                ('category', models.CharField(choices=[('general', '网络·通用'), ('professional', '网络·专业')], max_length=12, verbose_name='学时类别')),
                ('post_code', models.CharField(blank=True, max_length=40, verbose_name='岗位')),
                ('declared_hours', models.DecimalField(decimal_places=2, max_digits=5, verbose_name='申报学时')),
                ('minutes_per_hour', models.PositiveSmallIntegerField(default=45, verbose_name='每学时分钟数')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('published_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='发布时间')),
                ('withdrawn_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='停用时间')),
                ('course', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='editions', to='content.coursepage', verbose_name='课程')),
                ('topic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='editions', to='content.syllabustopic', verbose_name='对应大纲课题')),
            ],
            options={
                'verbose_name': '课程版次',
                'verbose_name_plural': '课程版次',
                'ordering': ['course_id', '-number'],
                'permissions': [('publish_courseedition', '可以发布和停用课程版次')],
            },
        ),
        migrations.AddField(
            model_name='coursepage',
            name='topic',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', related_query_name='course_pages', to='content.syllabustopic', verbose_name='对应大纲课题'),
        ),
        migrations.CreateModel(
            name='SyllabusVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=40, unique=True, verbose_name='代码')),
                ('title', models.CharField(max_length=120, verbose_name='名称')),
                ('year', models.PositiveSmallIntegerField(verbose_name='年度')),
                ('state', models.CharField(choices=[('draft', '编制中'), ('filed', '已备案')], default='draft', max_length=10, verbose_name='状态')),
                ('filed_on', models.DateField(blank=True, null=True, verbose_name='备案日期')),
                ('note', models.TextField(blank=True, help_text='写明出处；虚构的演示大纲请注明', verbose_name='来源说明')),
                ('fictional', models.BooleanField(default=False, help_text='勾选后，页面上处处标明“演示”', verbose_name='演示数据')),
            ],
            options={
                'verbose_name': '大纲版本',
                'verbose_name_plural': '大纲版本',
                'permissions': [('file_syllabusversion', '可以备案大纲')],
                'ordering': ['-year', '-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('filed_on__isnull', True), ('state', 'draft')), models.Q(('filed_on__isnull', False), ('state', 'filed')), _connector='OR'), name='syllabus_filed_without_day'), models.CheckConstraint(condition=models.Q(('year__gte', 2000), ('year__lte', 2100)), name='syllabus_year_range')],
            },
        ),
        migrations.AddField(
            model_name='syllabustopic',
            name='version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='topics', to='content.syllabusversion', verbose_name='大纲版本'),
        ),
        migrations.CreateModel(
            name='CourseSearch',
            fields=[
                ('course', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='search_row', serialize=False, to='content.coursepage')),
                ('post_code', models.CharField(blank=True, max_length=40)),
                ('words', django.contrib.postgres.search.SearchVectorField()),
            ],
            options={
                'indexes': [django.contrib.postgres.indexes.GinIndex(fields=['words'], name='course_search_words')],
            },
        ),
        migrations.CreateModel(
            name='Lesson',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('position', models.PositiveSmallIntegerField(default=1, editable=False, verbose_name='顺序')),
                ('title', models.CharField(max_length=120, verbose_name='标题')),
                ('duration_ms', models.PositiveIntegerField(blank=True, editable=False, null=True)),
                ('key_points', models.TextField(blank=True, help_text='每行一条', verbose_name='要点')),
                ('edition', modelcluster.fields.ParentalKey(on_delete=django.db.models.deletion.CASCADE, related_name='lessons', to='content.courseedition', verbose_name='课程版次')),
                ('video', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='player.video', verbose_name='视频')),
            ],
            options={
                'verbose_name': '课时',
                'verbose_name_plural': '课时',
                'ordering': ['edition_id', 'position'],
                'constraints': [models.UniqueConstraint(deferrable=django.db.models.constraints.Deferrable['DEFERRED'], fields=('edition', 'position'), name='lesson_position_twice_in_edition')],
            },
        ),
        migrations.AddIndex(
            model_name='courseedition',
            index=models.Index(fields=['category', 'post_code'], name='edition_by_category'),
        ),
        migrations.AddConstraint(
            model_name='courseedition',
            constraint=models.UniqueConstraint(fields=('course', 'number'), name='edition_number_twice_in_course'),
        ),
        migrations.AddConstraint(
            model_name='courseedition',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('category', 'general'), ('post_code', '')), models.Q(('category', 'professional'), models.Q(('post_code', ''), _negated=True)), _connector='OR'), name='edition_post_matches_category'),
        ),
        migrations.AddConstraint(
            model_name='courseedition',
            constraint=models.CheckConstraint(condition=models.Q(('declared_hours__gt', 0)), name='edition_hours_positive'),
        ),
        migrations.AddConstraint(
            model_name='courseedition',
            constraint=models.CheckConstraint(condition=models.Q(('minutes_per_hour__gte', 1), ('minutes_per_hour__lte', 120)), name='edition_minutes_range'),
        ),
        migrations.AddConstraint(
            model_name='courseedition',
            constraint=models.CheckConstraint(condition=models.Q(('withdrawn_at__isnull', True), ('published_at__isnull', False), _connector='OR'), name='edition_withdrawn_unpublished'),
        ),
        migrations.AddConstraint(
            model_name='syllabustopic',
            constraint=models.UniqueConstraint(fields=('version', 'code'), name='topic_code_twice_in_version'),
        ),
        migrations.AddConstraint(
            model_name='syllabustopic',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('post_code', ''), ('section', 'common')), models.Q(('section', 'professional'), models.Q(('post_code', ''), _negated=True)), _connector='OR'), name='topic_post_matches_section'),
        ),
        migrations.AddConstraint(
            model_name='syllabustopic',
            constraint=models.CheckConstraint(condition=models.Q(('hours__gt', 0)), name='topic_hours_positive'),
        ),
    ]

"""The canonical form of modules, composed by the database from their rows."""

from typing import Final

CONTENT: Final = """
jsonb_build_object(
    'slug', m.module_id, 'title', m.title, 'description', m.description, 'category', m.category,
    'estimated_minutes', m.estimated_minutes, 'created_by_id', m.created_by_id, 'university_id', m.university_id,
    'prerequisites', coalesce(m.prerequisites, '[]'), 'related_modules', coalesce(m.related_modules, '[]'),
    'tags', coalesce(m.tags, '[]'), 'target_audience', m.target_audience, 'module_type', m.module_type,
    'interaction_level', m.interaction_level, 'required_components', coalesce(m.required_components, '[]'),
    'difficulty_level', m.difficulty_level, 'adaptive_config', jsonb_strip_nulls(m.adaptive_config),
    'sections', coalesce((
        SELECT jsonb_agg(jsonb_build_object(
            'key', s.section_key, 'type', s.section_type, 'title', s.title, 'content', s.content,
            'media_url', s.media_url, 'duration_seconds', s.duration_seconds,
            'section_config', jsonb_strip_nulls(s.section_config),
            'completion_criteria', jsonb_strip_nulls(s.completion_criteria)) ORDER BY s.section_number)
        FROM module_sections AS s WHERE s.module_id = m.id), '[]'))"""
"""Of a row `m` of `modules`; as content/modules/canonical.py has it."""

AS_IMPORTED: Final = f"""
EXISTS (
    SELECT FROM module_revisions AS r
    WHERE r.module_id = m.id AND r.revision = coalesce(m.revision, 1) AND r.content_hash = m.content_hash
    AND r.content = {CONTENT})"""  # noqa: S608
"""Whether a row `m` of `modules`, with its sections, is what was imported last: nobody edited it elsewhere."""

-- The planned extensions of document 004, all of them, in one installation's order.

ALTER TABLE module_feedback ADD COLUMN tags JSON;
ALTER TABLE module_feedback ADD COLUMN clarity_rating INTEGER;
ALTER TABLE module_feedback ADD COLUMN engagement_rating INTEGER;
ALTER TABLE module_analytics_events ADD COLUMN pattern_detected VARCHAR(100);
ALTER TABLE module_analytics_events ADD COLUMN struggle_signal DECIMAL(3,2);
ALTER TABLE module_progress ADD COLUMN mastery_score DECIMAL(3,2);
ALTER TABLE module_progress ADD COLUMN difficulty_adjustments JSON;
ALTER TABLE modules ADD COLUMN adaptive_config JSON;
ALTER TABLE module_progress ADD COLUMN error_count INTEGER DEFAULT 0;
ALTER TABLE module_progress ADD COLUMN retry_count INTEGER DEFAULT 0;
ALTER TABLE module_progress ADD COLUMN hint_count INTEGER DEFAULT 0;
ALTER TABLE module_sections ADD COLUMN completion_criteria JSON;
ALTER TABLE module_sections ADD COLUMN section_config JSON;
ALTER TABLE modules ADD COLUMN required_components JSON DEFAULT '[]';
ALTER TABLE modules ADD COLUMN module_type VARCHAR(50) DEFAULT 'text';
ALTER TABLE module_assignments ADD COLUMN assignment_rule VARCHAR(255);
ALTER TABLE module_assignments ADD COLUMN auto_assigned BOOLEAN DEFAULT FALSE;
ALTER TABLE modules ADD COLUMN difficulty_level INTEGER DEFAULT 1;
ALTER TABLE modules ADD COLUMN interaction_level VARCHAR(20);

"""Initial schema of the learning platform: every table of document 001, types and names as written there.

Document 001 gives `collaboration_participants` two primary keys: `id` is the key, (session_id, user_id) is unique.
"""

from alembic import op

revision = "001"
down_revision = None
branch_labels = ("toolboxai",)
depends_on = None
document = "001"

CREATED = """
-- People and their sessions
CREATE TABLE users (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    username VARCHAR(100) UNIQUE NOT NULL,
    email VARCHAR(255) UNIQUE NOT NULL,
    password_hash VARCHAR(255) NOT NULL,
    first_name VARCHAR(100),
    last_name VARCHAR(100),
    display_name VARCHAR(200),
    avatar_url VARCHAR(500),
    bio TEXT,
    role VARCHAR(20) DEFAULT 'student',
    grade_level INTEGER,
    school_name VARCHAR(200),
    district_name VARCHAR(200),
    subjects_taught JSONB[],
    subjects_interested JSONB[],
    is_active BOOLEAN DEFAULT true,
    is_verified BOOLEAN DEFAULT false,
    is_superuser BOOLEAN DEFAULT false,
    email_verified_at TIMESTAMPTZ,
    last_login TIMESTAMPTZ,
    login_count INTEGER DEFAULT 0,
    failed_login_count INTEGER DEFAULT 0,
    locked_until TIMESTAMPTZ,
    two_factor_enabled BOOLEAN DEFAULT false,
    two_factor_secret VARCHAR(255),
    settings JSONB DEFAULT '{}',
    preferences JSONB DEFAULT '{}',
    notification_settings JSONB DEFAULT '{}',
    created_at TIMESTAMPTZ DEFAULT NOW(),
    updated_at TIMESTAMPTZ DEFAULT NOW(),
    created_by UUID REFERENCES users(id),
    updated_by UUID REFERENCES users(id),
    version INTEGER DEFAULT 1,
    audit_log JSONB DEFAULT '[]'
);
CREATE TABLE user_sessions (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id UUID REFERENCES users(id) ON DELETE CASCADE,
    token VARCHAR(500) UNIQUE NOT NULL,
    refresh_token VARCHAR(500) UNIQUE,
    session_type VARCHAR(20) DEFAULT 'web',
    ip_address INET,
    user_agent TEXT,
    device_id VARCHAR(255),
    browser_fingerprint VARCHAR(500),
    country VARCHAR(2),
    timezone VARCHAR(50),
    locale VARCHAR(10),
    created_at TIMESTAMPTZ DEFAULT NOW(),
    expires_at TIMESTAMPTZ NOT NULL,
    refresh_expires_at TIMESTAMPTZ,
    last_activity TIMESTAMPTZ DEFAULT NOW(),
    is_active BOOLEAN DEFAULT true,
    revoked_at TIMESTAMPTZ,
    revoked_reason VARCHAR(255),
    security_events JSONB DEFAULT '[]'
);

-- Content and curriculum
CREATE TABLE learning_objectives (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    title VARCHAR(200) NOT NULL,
    description TEXT,
    subject VARCHAR(50) NOT NULL,
    grade_level INTEGER CHECK (grade_level BETWEEN 1 AND 12),
    bloom_level VARCHAR(20),
    curriculum_standard VARCHAR(100),
    measurable BOOLEAN DEFAULT true,
    created_at TIMESTAMPTZ DEFAULT NOW(),
    updated_at TIMESTAMPTZ DEFAULT NOW()
);
CREATE TABLE educational_content (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    title VARCHAR(200) NOT NULL,
    description TEXT,
    subject VARCHAR(50) NOT NULL,
    grade_level INTEGER NOT NULL,
    environment_type VARCHAR(50) NOT NULL,
    terrain_size VARCHAR(20) DEFAULT 'medium',
    difficulty_level VARCHAR(20) DEFAULT 'medium',
    duration_minutes INTEGER DEFAULT 30,
    max_students INTEGER DEFAULT 30,
    content_data JSONB NOT NULL,
    generated_scripts JSONB[],
    terrain_config JSONB,
    game_mechanics JSONB,
    accessibility_features BOOLEAN DEFAULT false,
    multilingual BOOLEAN DEFAULT false,
    version INTEGER DEFAULT 1,
    is_template BOOLEAN DEFAULT false,
    created_by UUID REFERENCES users(id),
    created_at TIMESTAMPTZ DEFAULT NOW(),
    updated_at TIMESTAMPTZ DEFAULT NOW()
);
CREATE TABLE content_objectives (
    content_id UUID REFERENCES educational_content(id) ON DELETE CASCADE,
    objective_id UUID REFERENCES learning_objectives(id) ON DELETE CASCADE,
    PRIMARY KEY (content_id, objective_id)
);

-- Quizzes
CREATE TABLE quizzes (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    title VARCHAR(200) NOT NULL,
    description TEXT,
    subject VARCHAR(50) NOT NULL,
    grade_level INTEGER NOT NULL,
    content_id UUID REFERENCES educational_content(id),
    time_limit INTEGER,
    passing_score INTEGER DEFAULT 70,
    max_attempts INTEGER DEFAULT 3,
    shuffle_questions BOOLEAN DEFAULT true,
    shuffle_options BOOLEAN DEFAULT true,
    show_results BOOLEAN DEFAULT true,
    is_adaptive BOOLEAN DEFAULT false,
    difficulty_progression JSONB,
    created_by UUID REFERENCES users(id),
    created_at TIMESTAMPTZ DEFAULT NOW(),
    updated_at TIMESTAMPTZ DEFAULT NOW()
);
CREATE TABLE quiz_questions (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    quiz_id UUID REFERENCES quizzes(id) ON DELETE CASCADE,
    question_type VARCHAR(20) NOT NULL,
    question_text TEXT NOT NULL,
    correct_answer TEXT,
    difficulty VARCHAR(20) DEFAULT 'medium',
    points INTEGER DEFAULT 1,
    time_limit INTEGER,
    hint TEXT,
    explanation TEXT,
    order_index INTEGER NOT NULL,
    question_data JSONB,
    created_at TIMESTAMPTZ DEFAULT NOW()
);
CREATE TABLE quiz_options (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    question_id UUID REFERENCES quiz_questions(id) ON DELETE CASCADE,
    option_text TEXT NOT NULL,
    is_correct BOOLEAN DEFAULT false,
    explanation TEXT,
    order_index INTEGER NOT NULL,
    created_at TIMESTAMPTZ DEFAULT NOW()
);
CREATE TABLE quiz_attempts (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    quiz_id UUID REFERENCES quizzes(id),
    user_id UUID REFERENCES users(id),
    session_id UUID REFERENCES user_sessions(id),
    attempt_number INTEGER NOT NULL,
    started_at TIMESTAMPTZ DEFAULT NOW(),
    completed_at TIMESTAMPTZ,
    score DECIMAL(5,2),
    passed BOOLEAN,
    time_taken INTEGER,
    answers JSONB,
    feedback JSONB,
    adaptive_adjustments JSONB,
    UNIQUE(quiz_id, user_id, attempt_number)
);

-- Progress
CREATE TABLE user_progress (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id UUID REFERENCES users(id),
    content_id UUID REFERENCES educational_content(id),
    progress_type VARCHAR(20) NOT NULL,
    completion_percentage DECIMAL(5,2) DEFAULT 0,
    time_spent_seconds INTEGER DEFAULT 0,
    attempts_count INTEGER DEFAULT 0,
    best_score DECIMAL(5,2),
    current_streak INTEGER DEFAULT 0,
    max_streak INTEGER DEFAULT 0,
    difficulty_level VARCHAR(20),
    mastery_level VARCHAR(20),
    last_interaction TIMESTAMPTZ,
    next_recommended_content UUID REFERENCES educational_content(id),
    learning_style JSONB,
    performance_trends JSONB,
    recommendations JSONB[],
    created_at TIMESTAMPTZ DEFAULT NOW(),
    updated_at TIMESTAMPTZ DEFAULT NOW(),
    UNIQUE(user_id, content_id, progress_type)
);

-- Agents
CREATE TABLE ai_agents (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    name VARCHAR(100) NOT NULL UNIQUE,
    agent_type VARCHAR(50) NOT NULL,
    description TEXT,
    version VARCHAR(20) NOT NULL,
    model_config JSONB NOT NULL,
    capabilities JSONB[],
    dependencies JSONB[],
    priority INTEGER DEFAULT 5,
    max_concurrent_tasks INTEGER DEFAULT 3,
    timeout_seconds INTEGER DEFAULT 300,
    retry_count INTEGER DEFAULT 3,
    is_active BOOLEAN DEFAULT true,
    health_check_url VARCHAR(500),
    last_health_check TIMESTAMPTZ,
    created_at TIMESTAMPTZ DEFAULT NOW(),
    updated_at TIMESTAMPTZ DEFAULT NOW()
);
CREATE TABLE agent_tasks (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    agent_id UUID REFERENCES ai_agents(id),
    parent_task_id UUID REFERENCES agent_tasks(id),
    workflow_id UUID,
    task_type VARCHAR(50) NOT NULL,
    task_name VARCHAR(200) NOT NULL,
    input_data JSONB NOT NULL,
    output_data JSONB,
    status VARCHAR(20) DEFAULT 'pending',
    priority INTEGER DEFAULT 5,
    created_by UUID REFERENCES users(id),
    assigned_at TIMESTAMPTZ,
    started_at TIMESTAMPTZ,
    completed_at TIMESTAMPTZ,
    duration_seconds INTEGER,
    retry_count INTEGER DEFAULT 0,
    error_message TEXT,
    error_details JSONB,
    progress_percentage INTEGER DEFAULT 0,
    intermediate_results JSONB,
    context_data JSONB,
    created_at TIMESTAMPTZ DEFAULT NOW(),
    updated_at TIMESTAMPTZ DEFAULT NOW()
);
CREATE TABLE agent_states (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    agent_id UUID REFERENCES ai_agents(id),
    workflow_id UUID NOT NULL,
    state_type VARCHAR(50) NOT NULL,
    state_data JSONB NOT NULL,
    sequence_number INTEGER NOT NULL,
    quality_score DECIMAL(3,2),
    confidence_score DECIMAL(3,2),
    reviewed_by UUID REFERENCES ai_agents(id),
    approved BOOLEAN DEFAULT false,
    created_at TIMESTAMPTZ DEFAULT NOW(),
    UNIQUE(workflow_id, state_type, sequence_number)
);
CREATE TABLE agent_metrics (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    agent_id UUID REFERENCES ai_agents(id),
    task_id UUID REFERENCES agent_tasks(id),
    metric_type VARCHAR(50) NOT NULL,
    metric_value DECIMAL(10,4) NOT NULL,
    benchmark_value DECIMAL(10,4),
    context JSONB,
    recorded_at TIMESTAMPTZ DEFAULT NOW()
);

-- Roblox
CREATE TABLE roblox_plugins (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    studio_id VARCHAR(100) NOT NULL,
    user_id UUID REFERENCES users(id),
    plugin_version VARCHAR(20) NOT NULL,
    port INTEGER DEFAULT 64989,
    capabilities JSONB[],
    registered_at TIMESTAMPTZ DEFAULT NOW(),
    last_heartbeat TIMESTAMPTZ,
    status VARCHAR(20) DEFAULT 'active',
    error_message TEXT,
    connection_metadata JSONB,
    UNIQUE(studio_id, user_id)
);
CREATE TABLE roblox_scripts (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    content_id UUID REFERENCES educational_content(id),
    name VARCHAR(200) NOT NULL,
    script_type VARCHAR(20) NOT NULL,
    content TEXT NOT NULL,
    dependencies JSONB[],
    description TEXT,
    roblox_version VARCHAR(20),
    performance_metrics JSONB,
    tested BOOLEAN DEFAULT false,
    test_results JSONB,
    deployed_to_studio BOOLEAN DEFAULT false,
    created_by UUID REFERENCES users(id),
    reviewed_by UUID REFERENCES ai_agents(id),
    created_at TIMESTAMPTZ DEFAULT NOW(),
    updated_at TIMESTAMPTZ DEFAULT NOW()
);
CREATE TABLE roblox_terrain (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    content_id UUID REFERENCES educational_content(id),
    name VARCHAR(200) NOT NULL,
    terrain_type VARCHAR(50) NOT NULL,
    material VARCHAR(50) DEFAULT 'Grass',
    size VARCHAR(20) DEFAULT 'medium',
    biome VARCHAR(50) DEFAULT 'temperate',
    features JSONB[],
    elevation_data JSONB,
    generation_script TEXT,
    preview_image_url VARCHAR(500),
    complexity_score INTEGER DEFAULT 1,
    educational_context JSONB,
    performance_impact JSONB,
    created_by UUID REFERENCES users(id),
    created_at TIMESTAMPTZ DEFAULT NOW()
);
CREATE TABLE roblox_game_sessions (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    content_id UUID REFERENCES educational_content(id),
    teacher_id UUID REFERENCES users(id),
    roblox_place_id BIGINT,
    roblox_universe_id BIGINT,
    session_name VARCHAR(200) NOT NULL,
    max_players INTEGER DEFAULT 30,
    current_players INTEGER DEFAULT 0,
    status VARCHAR(20) DEFAULT 'planning',
    started_at TIMESTAMPTZ,
    ended_at TIMESTAMPTZ,
    session_data JSONB,
    analytics_data JSONB,
    created_at TIMESTAMPTZ DEFAULT NOW()
);
CREATE TABLE roblox_player_sessions (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    game_session_id UUID REFERENCES roblox_game_sessions(id),
    user_id UUID REFERENCES users(id),
    roblox_user_id BIGINT,
    joined_at TIMESTAMPTZ DEFAULT NOW(),
    left_at TIMESTAMPTZ,
    duration_seconds INTEGER,
    progress_data JSONB,
    achievements JSONB[],
    performance_metrics JSONB
);

-- Learning management systems
CREATE TABLE lms_integrations (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    platform_name VARCHAR(50) NOT NULL,
    institution_name VARCHAR(200) NOT NULL,
    base_url VARCHAR(500) NOT NULL,
    api_version VARCHAR(20),
    auth_type VARCHAR(20) NOT NULL,
    client_id VARCHAR(255),
    client_secret_encrypted TEXT,
    api_key_encrypted TEXT,
    auth_endpoint VARCHAR(500),
    token_endpoint VARCHAR(500),
    refresh_token_encrypted TEXT,
    sync_frequency_hours INTEGER DEFAULT 24,
    grade_passback_enabled BOOLEAN DEFAULT true,
    roster_sync_enabled BOOLEAN DEFAULT true,
    content_sync_enabled BOOLEAN DEFAULT true,
    is_active BOOLEAN DEFAULT true,
    last_sync_at TIMESTAMPTZ,
    last_sync_status VARCHAR(20),
    sync_error_message TEXT,
    health_check_url VARCHAR(500),
    created_at TIMESTAMPTZ DEFAULT NOW(),
    updated_at TIMESTAMPTZ DEFAULT NOW()
);
CREATE TABLE lms_courses (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    lms_integration_id UUID REFERENCES lms_integrations(id),
    external_course_id VARCHAR(100) NOT NULL,
    title VARCHAR(200) NOT NULL,
    description TEXT,
    subject VARCHAR(50),
    grade_level INTEGER,
    instructor_name VARCHAR(200),
    instructor_email VARCHAR(255),
    enrollment_count INTEGER DEFAULT 0,
    start_date DATE,
    end_date DATE,
    last_synced_at TIMESTAMPTZ,
    sync_hash VARCHAR(64),
    raw_data JSONB,
    linked_content_ids UUID[],
    auto_sync_enabled BOOLEAN DEFAULT true,
    created_at TIMESTAMPTZ DEFAULT NOW(),
    updated_at TIMESTAMPTZ DEFAULT NOW(),
    UNIQUE(lms_integration_id, external_course_id)
);
CREATE TABLE lms_assignments (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    lms_course_id UUID REFERENCES lms_courses(id),
    external_assignment_id VARCHAR(100) NOT NULL,
    title VARCHAR(200) NOT NULL,
    description TEXT,
    assignment_type VARCHAR(50),
    points_possible DECIMAL(8,2),
    due_date TIMESTAMPTZ,
    unlock_date TIMESTAMPTZ,
    lock_date TIMESTAMPTZ,
    toolboxai_content_id UUID REFERENCES educational_content(id),
    toolboxai_quiz_id UUID REFERENCES quizzes(id),
    grade_passback_enabled BOOLEAN DEFAULT true,
    last_synced_at TIMESTAMPTZ,
    raw_data JSONB,
    created_at TIMESTAMPTZ DEFAULT NOW(),
    updated_at TIMESTAMPTZ DEFAULT NOW(),
    UNIQUE(lms_course_id, external_assignment_id)
);
CREATE TABLE lms_grade_passbacks (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    lms_assignment_id UUID REFERENCES lms_assignments(id),
    user_id UUID REFERENCES users(id),
    external_user_id VARCHAR(100) NOT NULL,
    score DECIMAL(8,2),
    points_possible DECIMAL(8,2),
    percentage DECIMAL(5,2),
    letter_grade VARCHAR(5),
    status VARCHAR(20) DEFAULT 'pending',
    attempt_count INTEGER DEFAULT 0,
    last_attempt_at TIMESTAMPTZ,
    error_message TEXT,
    quiz_attempt_id UUID REFERENCES quiz_attempts(id),
    progress_id UUID REFERENCES user_progress(id),
    created_at TIMESTAMPTZ DEFAULT NOW(),
    updated_at TIMESTAMPTZ DEFAULT NOW()
);

-- Collaboration
CREATE TABLE websocket_connections (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id UUID REFERENCES users(id),
    session_id UUID REFERENCES user_sessions(id),
    connection_id VARCHAR(100) UNIQUE NOT NULL,
    socket_id VARCHAR(100) UNIQUE NOT NULL,
    connection_type VARCHAR(20) NOT NULL,
    client_info JSONB,
    subscribed_channels JSONB[],
    permissions JSONB,
    connected_at TIMESTAMPTZ DEFAULT NOW(),
    last_ping TIMESTAMPTZ DEFAULT NOW(),
    is_active BOOLEAN DEFAULT true,
    disconnected_at TIMESTAMPTZ,
    disconnect_reason VARCHAR(100),
    message_count INTEGER DEFAULT 0,
    last_message_at TIMESTAMPTZ,
    rate_limit_hits INTEGER DEFAULT 0
);
CREATE TABLE collaboration_sessions (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    content_id UUID REFERENCES educational_content(id),
    session_name VARCHAR(200) NOT NULL,
    session_type VARCHAR(20) NOT NULL,
    owner_id UUID REFERENCES users(id),
    max_participants INTEGER DEFAULT 30,
    current_participants INTEGER DEFAULT 0,
    require_approval BOOLEAN DEFAULT false,
    status VARCHAR(20) DEFAULT 'planning',
    started_at TIMESTAMPTZ,
    ended_at TIMESTAMPTZ,
    last_activity TIMESTAMPTZ DEFAULT NOW(),
    shared_state JSONB DEFAULT '{}',
    change_log JSONB[] DEFAULT '{}',
    settings JSONB DEFAULT '{}',
    permissions JSONB DEFAULT '{}',
    created_at TIMESTAMPTZ DEFAULT NOW(),
    updated_at TIMESTAMPTZ DEFAULT NOW()
);
CREATE TABLE collaboration_participants (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    session_id UUID REFERENCES collaboration_sessions(id),
    user_id UUID REFERENCES users(id),
    role VARCHAR(20) DEFAULT 'participant',
    joined_at TIMESTAMPTZ DEFAULT NOW(),
    left_at TIMESTAMPTZ,
    duration_seconds INTEGER,
    contribution_count INTEGER DEFAULT 0,
    last_contribution TIMESTAMPTZ,
    permissions JSONB DEFAULT '{}',
    is_active BOOLEAN DEFAULT true,
    muted BOOLEAN DEFAULT false,
    UNIQUE (session_id, user_id)
);
CREATE TABLE collaboration_changes (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    session_id UUID REFERENCES collaboration_sessions(id),
    user_id UUID REFERENCES users(id),
    change_type VARCHAR(50) NOT NULL,
    target_object VARCHAR(100),
    change_data JSONB NOT NULL,
    previous_state JSONB,
    new_state JSONB,
    change_sequence INTEGER NOT NULL,
    applied BOOLEAN DEFAULT true,
    conflict_resolution JSONB,
    created_at TIMESTAMPTZ DEFAULT NOW()
);

-- Analytics and monitoring
CREATE TABLE usage_analytics (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    event_type VARCHAR(50) NOT NULL,
    event_category VARCHAR(50) NOT NULL,
    event_name VARCHAR(100) NOT NULL,
    user_id UUID REFERENCES users(id),
    session_id UUID REFERENCES user_sessions(id),
    content_id UUID REFERENCES educational_content(id),
    agent_id UUID REFERENCES ai_agents(id),
    endpoint VARCHAR(200),
    method VARCHAR(10),
    status_code INTEGER,
    response_time_ms INTEGER,
    request_size_bytes INTEGER,
    response_size_bytes INTEGER,
    ip_address INET,
    country VARCHAR(2),
    user_agent TEXT,
    device_type VARCHAR(20),
    browser VARCHAR(50),
    os VARCHAR(50),
    properties JSONB DEFAULT '{}',
    tags JSONB[] DEFAULT '{}',
    memory_usage_mb INTEGER,
    cpu_usage_percent DECIMAL(5,2),
    database_query_time_ms INTEGER,
    ai_processing_time_ms INTEGER,
    recorded_at TIMESTAMPTZ DEFAULT NOW()
);
CREATE TABLE educational_analytics (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id UUID REFERENCES users(id),
    content_id UUID REFERENCES educational_content(id),
    quiz_id UUID REFERENCES quizzes(id),
    learning_objective_id UUID REFERENCES learning_objectives(id),
    metric_type VARCHAR(50) NOT NULL,
    metric_value DECIMAL(10,4) NOT NULL,
    metric_unit VARCHAR(20),
    subject VARCHAR(50),
    grade_level INTEGER,
    difficulty_level VARCHAR(20),
    activity_type VARCHAR(50),
    session_duration_seconds INTEGER,
    time_to_completion_seconds INTEGER,
    attempts_before_success INTEGER,
    peer_average DECIMAL(10,4),
    historical_average DECIMAL(10,4),
    benchmark_value DECIMAL(10,4),
    context_data JSONB DEFAULT '{}',
    calculated_at TIMESTAMPTZ DEFAULT NOW(),
    recorded_at TIMESTAMPTZ DEFAULT NOW()
);
CREATE TABLE error_logs (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    error_type VARCHAR(50) NOT NULL,
    error_code VARCHAR(50),
    error_message TEXT NOT NULL,
    error_hash VARCHAR(64),
    user_id UUID REFERENCES users(id),
    session_id UUID REFERENCES user_sessions(id),
    agent_id UUID REFERENCES ai_agents(id),
    task_id UUID REFERENCES agent_tasks(id),
    endpoint VARCHAR(200),
    method VARCHAR(10),
    request_data JSONB,
    response_data JSONB,
    stack_trace TEXT,
    environment VARCHAR(20),
    service_name VARCHAR(50),
    service_version VARCHAR(20),
    severity VARCHAR(20) DEFAULT 'medium',
    status VARCHAR(20) DEFAULT 'new',
    assigned_to VARCHAR(100),
    resolved_at TIMESTAMPTZ,
    resolution_notes TEXT,
    first_seen TIMESTAMPTZ DEFAULT NOW(),
    last_seen TIMESTAMPTZ DEFAULT NOW(),
    occurrence_count INTEGER DEFAULT 1,
    created_at TIMESTAMPTZ DEFAULT NOW()
);
CREATE TABLE system_health_checks (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    service_name VARCHAR(50) NOT NULL,
    service_version VARCHAR(20),
    instance_id VARCHAR(100),
    status VARCHAR(20) NOT NULL,
    overall_score DECIMAL(5,2),
    response_time_ms INTEGER,
    memory_usage_mb INTEGER,
    cpu_usage_percent DECIMAL(5,2),
    disk_usage_percent DECIMAL(5,2),
    active_connections INTEGER,
    db_response_time_ms INTEGER,
    cache_hit_rate DECIMAL(5,2),
    external_services_status JSONB,
    health_details JSONB DEFAULT '{}',
    error_messages TEXT[],
    warnings TEXT[],
    checked_at TIMESTAMPTZ DEFAULT NOW()
);
"""

DROPPED = """
DROP TABLE system_health_checks, error_logs, educational_analytics, usage_analytics, collaboration_changes,
    collaboration_participants, collaboration_sessions, websocket_connections, lms_grade_passbacks,
    lms_assignments, lms_courses, lms_integrations, roblox_player_sessions, roblox_game_sessions,
    roblox_terrain, roblox_scripts, roblox_plugins, agent_metrics, agent_states, agent_tasks, ai_agents,
    user_progress, quiz_attempts, quiz_options, quiz_questions, quizzes, content_objectives, educational_content,
    learning_objectives, user_sessions, users;
"""


def upgrade() -> None:
    op.execute(CREATED)


def downgrade() -> None:
    op.execute(DROPPED)

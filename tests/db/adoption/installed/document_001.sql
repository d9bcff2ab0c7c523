-- The statements of document 001, one installation's order; its second primary key of collaboration_participants is unique.

CREATE TABLE users (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    username VARCHAR(100) UNIQUE NOT NULL,
    email VARCHAR(255) UNIQUE NOT NULL,
    password_hash VARCHAR(255) NOT NULL,

    -- Profile information
    first_name VARCHAR(100),
    last_name VARCHAR(100),
    display_name VARCHAR(200),
    avatar_url VARCHAR(500),
    bio TEXT,

    -- Educational context
    role VARCHAR(20) DEFAULT 'student', -- student, teacher, admin, developer
    grade_level INTEGER,
    school_name VARCHAR(200),
    district_name VARCHAR(200),
    subjects_taught JSONB[], -- For teachers
    subjects_interested JSONB[], -- For students

    -- Account status
    is_active BOOLEAN DEFAULT true,
    is_verified BOOLEAN DEFAULT false,
    is_superuser BOOLEAN DEFAULT false,
    email_verified_at TIMESTAMPTZ,

    -- Authentication
    last_login TIMESTAMPTZ,
    login_count INTEGER DEFAULT 0,
    failed_login_count INTEGER DEFAULT 0,
    locked_until TIMESTAMPTZ,
    two_factor_enabled BOOLEAN DEFAULT false,
    two_factor_secret VARCHAR(255),

    -- Preferences and settings
    settings JSONB DEFAULT '{}',
    preferences JSONB DEFAULT '{}',
    notification_settings JSONB DEFAULT '{}',

    -- Audit fields
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

    -- Session context
    session_type VARCHAR(20) DEFAULT 'web', -- web, roblox, api, mobile
    ip_address INET,
    user_agent TEXT,
    device_id VARCHAR(255),
    browser_fingerprint VARCHAR(500),

    -- Geographic and context data
    country VARCHAR(2), -- ISO country code
    timezone VARCHAR(50),
    locale VARCHAR(10),

    -- Expiration management
    created_at TIMESTAMPTZ DEFAULT NOW(),
    expires_at TIMESTAMPTZ NOT NULL,
    refresh_expires_at TIMESTAMPTZ,
    last_activity TIMESTAMPTZ DEFAULT NOW(),

    -- Status
    is_active BOOLEAN DEFAULT true,
    revoked_at TIMESTAMPTZ,
    revoked_reason VARCHAR(255),

    -- Security
    security_events JSONB DEFAULT '[]'
);

CREATE TABLE websocket_connections (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id UUID REFERENCES users(id),
    session_id UUID REFERENCES user_sessions(id),
    connection_id VARCHAR(100) UNIQUE NOT NULL,
    socket_id VARCHAR(100) UNIQUE NOT NULL,

    -- Connection context
    connection_type VARCHAR(20) NOT NULL, -- dashboard, roblox, plugin, mobile
    client_info JSONB, -- Browser, device, version info

    -- Channel subscriptions
    subscribed_channels JSONB[], -- Array of channel names
    permissions JSONB, -- Channel-specific permissions

    -- Connection state
    connected_at TIMESTAMPTZ DEFAULT NOW(),
    last_ping TIMESTAMPTZ DEFAULT NOW(),
    is_active BOOLEAN DEFAULT true,
    disconnected_at TIMESTAMPTZ,
    disconnect_reason VARCHAR(100),

    -- Rate limiting
    message_count INTEGER DEFAULT 0,
    last_message_at TIMESTAMPTZ,
    rate_limit_hits INTEGER DEFAULT 0
);

CREATE TABLE system_health_checks (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),

    -- Service identification
    service_name VARCHAR(50) NOT NULL, -- fastapi, flask, ghost, dashboard
    service_version VARCHAR(20),
    instance_id VARCHAR(100),

    -- Health status
    status VARCHAR(20) NOT NULL, -- healthy, degraded, unhealthy
    overall_score DECIMAL(5,2), -- 0-100 health score

    -- Performance metrics
    response_time_ms INTEGER,
    memory_usage_mb INTEGER,
    cpu_usage_percent DECIMAL(5,2),
    disk_usage_percent DECIMAL(5,2),

    -- Database metrics
    active_connections INTEGER,
    db_response_time_ms INTEGER,
    cache_hit_rate DECIMAL(5,2),

    -- External dependencies
    external_services_status JSONB, -- Status of dependent services

    -- Detailed health data
    health_details JSONB DEFAULT '{}',
    error_messages TEXT[],
    warnings TEXT[],

    checked_at TIMESTAMPTZ DEFAULT NOW()
);

CREATE TABLE roblox_plugins (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    studio_id VARCHAR(100) NOT NULL,
    user_id UUID REFERENCES users(id),
    plugin_version VARCHAR(20) NOT NULL,
    port INTEGER DEFAULT 64989,
    capabilities JSONB[], -- Plugin capabilities
    registered_at TIMESTAMPTZ DEFAULT NOW(),
    last_heartbeat TIMESTAMPTZ,
    status VARCHAR(20) DEFAULT 'active', -- active, inactive, error
    error_message TEXT,
    connection_metadata JSONB,
    UNIQUE(studio_id, user_id)
);

CREATE TABLE lms_integrations (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    platform_name VARCHAR(50) NOT NULL, -- schoology, canvas, blackboard, moodle
    institution_name VARCHAR(200) NOT NULL,
    base_url VARCHAR(500) NOT NULL,
    api_version VARCHAR(20),

    -- Authentication configuration
    auth_type VARCHAR(20) NOT NULL, -- oauth2, api_key, basic
    client_id VARCHAR(255),
    client_secret_encrypted TEXT,
    api_key_encrypted TEXT,
    auth_endpoint VARCHAR(500),
    token_endpoint VARCHAR(500),
    refresh_token_encrypted TEXT,

    -- Integration settings
    sync_frequency_hours INTEGER DEFAULT 24,
    grade_passback_enabled BOOLEAN DEFAULT true,
    roster_sync_enabled BOOLEAN DEFAULT true,
    content_sync_enabled BOOLEAN DEFAULT true,

    -- Status and monitoring
    is_active BOOLEAN DEFAULT true,
    last_sync_at TIMESTAMPTZ,
    last_sync_status VARCHAR(20), -- success, partial, failed
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

    -- Synchronization tracking
    last_synced_at TIMESTAMPTZ,
    sync_hash VARCHAR(64), -- For change detection
    raw_data JSONB, -- Full LMS response

    -- ToolboxAI integration
    linked_content_ids UUID[], -- Array of linked educational content
    auto_sync_enabled BOOLEAN DEFAULT true,

    created_at TIMESTAMPTZ DEFAULT NOW(),
    updated_at TIMESTAMPTZ DEFAULT NOW(),
    UNIQUE(lms_integration_id, external_course_id)
);

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
    content_data JSONB NOT NULL, -- Full content structure
    generated_scripts JSONB[], -- Array of Lua scripts
    terrain_config JSONB, -- Terrain configuration
    game_mechanics JSONB, -- Game mechanics settings
    accessibility_features BOOLEAN DEFAULT false,
    multilingual BOOLEAN DEFAULT false,
    version INTEGER DEFAULT 1,
    is_template BOOLEAN DEFAULT false,
    created_by UUID REFERENCES users(id),
    created_at TIMESTAMPTZ DEFAULT NOW(),
    updated_at TIMESTAMPTZ DEFAULT NOW()
);

CREATE TABLE user_progress (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id UUID REFERENCES users(id),
    content_id UUID REFERENCES educational_content(id),
    progress_type VARCHAR(20) NOT NULL, -- lesson, quiz, activity, project

    -- Progress metrics
    completion_percentage DECIMAL(5,2) DEFAULT 0,
    time_spent_seconds INTEGER DEFAULT 0,
    attempts_count INTEGER DEFAULT 0,
    best_score DECIMAL(5,2),
    current_streak INTEGER DEFAULT 0,
    max_streak INTEGER DEFAULT 0,

    -- Learning analytics
    difficulty_level VARCHAR(20),
    mastery_level VARCHAR(20), -- novice, developing, proficient, advanced
    last_interaction TIMESTAMPTZ,
    next_recommended_content UUID REFERENCES educational_content(id),

    -- Adaptive learning data
    learning_style JSONB, -- Visual, auditory, kinesthetic preferences
    performance_trends JSONB, -- Historical performance data
    recommendations JSONB[], -- AI-generated recommendations

    created_at TIMESTAMPTZ DEFAULT NOW(),
    updated_at TIMESTAMPTZ DEFAULT NOW(),
    UNIQUE(user_id, content_id, progress_type)
);

CREATE TABLE roblox_terrain (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    content_id UUID REFERENCES educational_content(id),
    name VARCHAR(200) NOT NULL,
    terrain_type VARCHAR(50) NOT NULL,
    material VARCHAR(50) DEFAULT 'Grass',
    size VARCHAR(20) DEFAULT 'medium',
    biome VARCHAR(50) DEFAULT 'temperate',
    features JSONB[], -- hills, water, caves, etc.
    elevation_data JSONB, -- Height map data
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
    status VARCHAR(20) DEFAULT 'planning', -- planning, active, paused, completed
    started_at TIMESTAMPTZ,
    ended_at TIMESTAMPTZ,
    session_data JSONB, -- Game state, player progress
    analytics_data JSONB, -- Performance metrics
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
    progress_data JSONB, -- Learning progress
    achievements JSONB[], -- Earned achievements
    performance_metrics JSONB
);

CREATE TABLE quizzes (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    title VARCHAR(200) NOT NULL,
    description TEXT,
    subject VARCHAR(50) NOT NULL,
    grade_level INTEGER NOT NULL,
    content_id UUID REFERENCES educational_content(id),
    time_limit INTEGER, -- seconds
    passing_score INTEGER DEFAULT 70,
    max_attempts INTEGER DEFAULT 3,
    shuffle_questions BOOLEAN DEFAULT true,
    shuffle_options BOOLEAN DEFAULT true,
    show_results BOOLEAN DEFAULT true,
    is_adaptive BOOLEAN DEFAULT false,
    difficulty_progression JSONB, -- Adaptive learning rules
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
    time_limit INTEGER, -- per question
    hint TEXT,
    explanation TEXT,
    order_index INTEGER NOT NULL,
    question_data JSONB, -- Additional question metadata
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
    time_taken INTEGER, -- seconds
    answers JSONB, -- Student answers
    feedback JSONB, -- AI-generated feedback
    adaptive_adjustments JSONB, -- Difficulty adjustments made
    UNIQUE(quiz_id, user_id, attempt_number)
);

CREATE TABLE lms_assignments (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    lms_course_id UUID REFERENCES lms_courses(id),
    external_assignment_id VARCHAR(100) NOT NULL,
    title VARCHAR(200) NOT NULL,
    description TEXT,
    assignment_type VARCHAR(50), -- quiz, project, discussion, etc.
    points_possible DECIMAL(8,2),
    due_date TIMESTAMPTZ,
    unlock_date TIMESTAMPTZ,
    lock_date TIMESTAMPTZ,

    -- ToolboxAI integration
    toolboxai_content_id UUID REFERENCES educational_content(id),
    toolboxai_quiz_id UUID REFERENCES quizzes(id),
    grade_passback_enabled BOOLEAN DEFAULT true,

    -- Synchronization
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

    -- Grade information
    score DECIMAL(8,2),
    points_possible DECIMAL(8,2),
    percentage DECIMAL(5,2),
    letter_grade VARCHAR(5),

    -- Passback status
    status VARCHAR(20) DEFAULT 'pending', -- pending, success, failed
    attempt_count INTEGER DEFAULT 0,
    last_attempt_at TIMESTAMPTZ,
    error_message TEXT,

    -- Source data
    quiz_attempt_id UUID REFERENCES quiz_attempts(id),
    progress_id UUID REFERENCES user_progress(id),

    created_at TIMESTAMPTZ DEFAULT NOW(),
    updated_at TIMESTAMPTZ DEFAULT NOW()
);

CREATE TABLE educational_analytics (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),

    -- Educational context
    user_id UUID REFERENCES users(id),
    content_id UUID REFERENCES educational_content(id),
    quiz_id UUID REFERENCES quizzes(id),
    learning_objective_id UUID REFERENCES learning_objectives(id),

    -- Learning metrics
    metric_type VARCHAR(50) NOT NULL, -- engagement, comprehension, retention, progress
    metric_value DECIMAL(10,4) NOT NULL,
    metric_unit VARCHAR(20), -- percentage, seconds, count, score

    -- Context and dimensions
    subject VARCHAR(50),
    grade_level INTEGER,
    difficulty_level VARCHAR(20),
    activity_type VARCHAR(50),

    -- Time dimensions
    session_duration_seconds INTEGER,
    time_to_completion_seconds INTEGER,
    attempts_before_success INTEGER,

    -- Comparative data
    peer_average DECIMAL(10,4), -- Average for peer group
    historical_average DECIMAL(10,4), -- User's historical average
    benchmark_value DECIMAL(10,4), -- Target benchmark

    -- Additional context
    context_data JSONB DEFAULT '{}',
    calculated_at TIMESTAMPTZ DEFAULT NOW(),

    recorded_at TIMESTAMPTZ DEFAULT NOW()
);

CREATE TABLE content_objectives (
    content_id UUID REFERENCES educational_content(id) ON DELETE CASCADE,
    objective_id UUID REFERENCES learning_objectives(id) ON DELETE CASCADE,
    PRIMARY KEY (content_id, objective_id)
);

CREATE TABLE collaboration_sessions (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    content_id UUID REFERENCES educational_content(id),
    session_name VARCHAR(200) NOT NULL,
    session_type VARCHAR(20) NOT NULL, -- content_editing, live_class, review

    -- Session management
    owner_id UUID REFERENCES users(id),
    max_participants INTEGER DEFAULT 30,
    current_participants INTEGER DEFAULT 0,
    require_approval BOOLEAN DEFAULT false,

    -- Session state
    status VARCHAR(20) DEFAULT 'planning', -- planning, active, paused, ended
    started_at TIMESTAMPTZ,
    ended_at TIMESTAMPTZ,
    last_activity TIMESTAMPTZ DEFAULT NOW(),

    -- Collaboration data
    shared_state JSONB DEFAULT '{}', -- Current shared state
    change_log JSONB[] DEFAULT '{}', -- History of changes

    -- Settings
    settings JSONB DEFAULT '{}',
    permissions JSONB DEFAULT '{}',

    created_at TIMESTAMPTZ DEFAULT NOW(),
    updated_at TIMESTAMPTZ DEFAULT NOW()
);

CREATE TABLE collaboration_participants (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    session_id UUID REFERENCES collaboration_sessions(id),
    user_id UUID REFERENCES users(id),
    role VARCHAR(20) DEFAULT 'participant', -- owner, moderator, participant, observer

    -- Participation tracking
    joined_at TIMESTAMPTZ DEFAULT NOW(),
    left_at TIMESTAMPTZ,
    duration_seconds INTEGER,
    contribution_count INTEGER DEFAULT 0,
    last_contribution TIMESTAMPTZ,

    -- Permissions and status
    permissions JSONB DEFAULT '{}',
    is_active BOOLEAN DEFAULT true,
    muted BOOLEAN DEFAULT false,

    UNIQUE (session_id, user_id)
);

CREATE TABLE collaboration_changes (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    session_id UUID REFERENCES collaboration_sessions(id),
    user_id UUID REFERENCES users(id),
    change_type VARCHAR(50) NOT NULL, -- content_edit, script_update, terrain_modify

    -- Change details
    target_object VARCHAR(100), -- What was changed
    change_data JSONB NOT NULL, -- Detailed change information
    previous_state JSONB, -- State before change
    new_state JSONB, -- State after change

    -- Change metadata
    change_sequence INTEGER NOT NULL, -- Order of changes
    applied BOOLEAN DEFAULT true,
    conflict_resolution JSONB, -- If conflicts occurred

    created_at TIMESTAMPTZ DEFAULT NOW()
);

CREATE TABLE ai_agents (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    name VARCHAR(100) NOT NULL UNIQUE,
    agent_type VARCHAR(50) NOT NULL, -- supervisor, content, quiz, terrain, script, review
    description TEXT,
    version VARCHAR(20) NOT NULL,
    model_config JSONB NOT NULL, -- LLM and framework config
    capabilities JSONB[], -- Array of capabilities
    dependencies JSONB[], -- Agent dependencies
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

CREATE TABLE usage_analytics (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),

    -- Event identification
    event_type VARCHAR(50) NOT NULL, -- page_view, content_generation, quiz_attempt
    event_category VARCHAR(50) NOT NULL, -- user_action, system_event, error
    event_name VARCHAR(100) NOT NULL,

    -- Context information
    user_id UUID REFERENCES users(id),
    session_id UUID REFERENCES user_sessions(id),
    content_id UUID REFERENCES educational_content(id),
    agent_id UUID REFERENCES ai_agents(id),

    -- Request/Response data
    endpoint VARCHAR(200),
    method VARCHAR(10),
    status_code INTEGER,
    response_time_ms INTEGER,
    request_size_bytes INTEGER,
    response_size_bytes INTEGER,

    -- Geographic and device data
    ip_address INET,
    country VARCHAR(2),
    user_agent TEXT,
    device_type VARCHAR(20), -- desktop, mobile, tablet
    browser VARCHAR(50),
    os VARCHAR(50),

    -- Custom properties
    properties JSONB DEFAULT '{}',
    tags JSONB[] DEFAULT '{}',

    -- Performance data
    memory_usage_mb INTEGER,
    cpu_usage_percent DECIMAL(5,2),
    database_query_time_ms INTEGER,
    ai_processing_time_ms INTEGER,

    recorded_at TIMESTAMPTZ DEFAULT NOW()
);

CREATE TABLE roblox_scripts (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    content_id UUID REFERENCES educational_content(id),
    name VARCHAR(200) NOT NULL,
    script_type VARCHAR(20) NOT NULL, -- server, client, module
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

CREATE TABLE agent_tasks (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    agent_id UUID REFERENCES ai_agents(id),
    parent_task_id UUID REFERENCES agent_tasks(id), -- For sub-tasks
    workflow_id UUID, -- Groups related tasks
    task_type VARCHAR(50) NOT NULL,
    task_name VARCHAR(200) NOT NULL,
    input_data JSONB NOT NULL,
    output_data JSONB,
    status VARCHAR(20) DEFAULT 'pending', -- pending, running, completed, failed, cancelled
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
    intermediate_results JSONB, -- For long-running tasks
    context_data JSONB, -- SPARC framework context
    created_at TIMESTAMPTZ DEFAULT NOW(),
    updated_at TIMESTAMPTZ DEFAULT NOW()
);

CREATE TABLE error_logs (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),

    -- Error identification
    error_type VARCHAR(50) NOT NULL, -- validation, system, network, ai
    error_code VARCHAR(50),
    error_message TEXT NOT NULL,
    error_hash VARCHAR(64), -- For duplicate detection

    -- Context information
    user_id UUID REFERENCES users(id),
    session_id UUID REFERENCES user_sessions(id),
    agent_id UUID REFERENCES ai_agents(id),
    task_id UUID REFERENCES agent_tasks(id),

    -- Request context
    endpoint VARCHAR(200),
    method VARCHAR(10),
    request_data JSONB,
    response_data JSONB,

    -- Technical details
    stack_trace TEXT,
    environment VARCHAR(20), -- development, staging, production
    service_name VARCHAR(50),
    service_version VARCHAR(20),

    -- Resolution tracking
    severity VARCHAR(20) DEFAULT 'medium', -- low, medium, high, critical
    status VARCHAR(20) DEFAULT 'new', -- new, investigating, resolved, ignored
    assigned_to VARCHAR(100),
    resolved_at TIMESTAMPTZ,
    resolution_notes TEXT,

    -- Occurrence tracking
    first_seen TIMESTAMPTZ DEFAULT NOW(),
    last_seen TIMESTAMPTZ DEFAULT NOW(),
    occurrence_count INTEGER DEFAULT 1,

    created_at TIMESTAMPTZ DEFAULT NOW()
);

CREATE TABLE agent_states (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    agent_id UUID REFERENCES ai_agents(id),
    workflow_id UUID NOT NULL,
    state_type VARCHAR(50) NOT NULL, -- situation, problem, action, result, context
    state_data JSONB NOT NULL,
    sequence_number INTEGER NOT NULL,
    quality_score DECIMAL(3,2), -- Quality assessment
    confidence_score DECIMAL(3,2), -- Confidence level
    reviewed_by UUID REFERENCES ai_agents(id), -- Review agent
    approved BOOLEAN DEFAULT false,
    created_at TIMESTAMPTZ DEFAULT NOW(),
    UNIQUE(workflow_id, state_type, sequence_number)
);

CREATE TABLE agent_metrics (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    agent_id UUID REFERENCES ai_agents(id),
    task_id UUID REFERENCES agent_tasks(id),
    metric_type VARCHAR(50) NOT NULL, -- execution_time, success_rate, quality_score
    metric_value DECIMAL(10,4) NOT NULL,
    benchmark_value DECIMAL(10,4),
    context JSONB,
    recorded_at TIMESTAMPTZ DEFAULT NOW()
);

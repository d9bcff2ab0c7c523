-- The statements of document 004, in one installation's order.

CREATE TABLE universities (
    id                  VARCHAR PRIMARY KEY,
    name                VARCHAR(255),
    location            VARCHAR(255),
    contact_email       VARCHAR(255),
    created_at          TIMESTAMP DEFAULT NOW()
);

CREATE TABLE teams (
    id                  SERIAL PRIMARY KEY,
    name                VARCHAR(255),
    university_id       VARCHAR REFERENCES universities(id),
    subsystem           VARCHAR(255),
    created_at          TIMESTAMP DEFAULT NOW()
);

CREATE TABLE students (
    id                  VARCHAR PRIMARY KEY,
    name                VARCHAR(255),
    email               VARCHAR(255),
    university_id       VARCHAR REFERENCES universities(id),
    team_id             INTEGER REFERENCES teams(id),
    role                VARCHAR(100),
    created_at          TIMESTAMP DEFAULT NOW()
);

CREATE TABLE faculty (
    id                  VARCHAR PRIMARY KEY,
    name                VARCHAR(255),
    email               VARCHAR(255),
    university_id       VARCHAR REFERENCES universities(id),
    department          VARCHAR(255),
    created_at          TIMESTAMP DEFAULT NOW()
);

CREATE TABLE modules (
    id                  SERIAL PRIMARY KEY,
    module_id           VARCHAR(100) UNIQUE NOT NULL,  -- Slug (e.g., 'lab-safety-101')
    title               VARCHAR(255) NOT NULL,
    description         TEXT,
    category            VARCHAR(100),                  -- 'Safety', 'Technical', 'Orientation'
    estimated_minutes   INTEGER DEFAULT 10,

    -- Ownership
    created_by_id       VARCHAR REFERENCES faculty(id),
    university_id       VARCHAR REFERENCES universities(id),

    -- Status
    status              VARCHAR(50) DEFAULT 'draft',   -- 'draft', 'published', 'archived'

    -- Organization (JSON)
    prerequisites       JSON DEFAULT '[]',             -- [module_ids]
    related_modules     JSON DEFAULT '[]',
    tags                JSON DEFAULT '[]',             -- ['required', 'safety', 'lab']

    -- Metadata
    target_audience     VARCHAR(100) DEFAULT 'incoming_students',
    revision            INTEGER DEFAULT 1,
    created_at          TIMESTAMP DEFAULT NOW(),
    updated_at          TIMESTAMP DEFAULT NOW(),
    published_at        TIMESTAMP
);

CREATE TABLE module_sections (
    id                  SERIAL PRIMARY KEY,
    module_id           INTEGER REFERENCES modules(id) ON DELETE CASCADE NOT NULL,
    section_number      INTEGER NOT NULL,              -- Display order
    section_type        VARCHAR(50) NOT NULL,          -- 'text', 'video', 'image', 'checklist'
    title               VARCHAR(255),
    content             TEXT NOT NULL,
    media_url           VARCHAR(500),
    duration_seconds    INTEGER,

    UNIQUE(module_id, section_number)
);

CREATE TABLE module_progress (
    id                  SERIAL PRIMARY KEY,
    module_id           INTEGER REFERENCES modules(id) ON DELETE CASCADE NOT NULL,
    student_id          VARCHAR REFERENCES students(id) ON DELETE CASCADE NOT NULL,

    -- Progress tracking
    status              VARCHAR(50) DEFAULT 'not_started',  -- 'not_started', 'in_progress', 'completed', 'skipped'
    progress_percent    INTEGER DEFAULT 0,                  -- 0-100
    current_section     INTEGER DEFAULT 1,

    -- Timestamps
    started_at          TIMESTAMP,
    completed_at        TIMESTAMP,
    last_accessed_at    TIMESTAMP DEFAULT NOW(),

    -- Time tracking
    total_time_seconds  INTEGER DEFAULT 0,
    pause_count         INTEGER DEFAULT 0,

    UNIQUE(module_id, student_id)
);

CREATE TABLE module_feedback (
    id                  SERIAL PRIMARY KEY,
    module_id           INTEGER REFERENCES modules(id) ON DELETE CASCADE NOT NULL,
    student_id          VARCHAR REFERENCES students(id) ON DELETE CASCADE NOT NULL,

    -- Feedback
    rating              INTEGER CHECK (rating >= 1 AND rating <= 5),
    difficulty_rating   INTEGER CHECK (difficulty_rating >= 1 AND difficulty_rating <= 5),
    comment             TEXT,

    -- Metadata
    created_at          TIMESTAMP DEFAULT NOW(),
    is_anonymous        BOOLEAN DEFAULT FALSE,

    UNIQUE(module_id, student_id)
);

CREATE TABLE module_assignments (
    id                  SERIAL PRIMARY KEY,
    module_id           INTEGER REFERENCES modules(id) ON DELETE CASCADE NOT NULL,
    student_id          VARCHAR REFERENCES students(id) ON DELETE CASCADE,
    university_id       VARCHAR REFERENCES universities(id),
    team_id             INTEGER REFERENCES teams(id),

    -- Assignment metadata
    assigned_by_id      VARCHAR REFERENCES faculty(id),
    assignment_type     VARCHAR(50) DEFAULT 'required',  -- 'required', 'optional', 'recommended'
    due_date            DATE,
    assigned_at         TIMESTAMP DEFAULT NOW(),

    UNIQUE(module_id, student_id)
);

CREATE TABLE module_analytics_events (
    id                  SERIAL PRIMARY KEY,
    module_id           INTEGER REFERENCES modules(id) ON DELETE CASCADE NOT NULL,
    student_id          VARCHAR REFERENCES students(id) ON DELETE CASCADE NOT NULL,

    -- Event details
    event_type          VARCHAR(100) NOT NULL,         -- 'section_view', 'pause', 'hint_used', etc.
    event_data          JSON,                          -- Type-specific data
    section_number      INTEGER,

    -- Context
    session_id          VARCHAR(255),                  -- Group events by session
    device_type         VARCHAR(50),                   -- 'tablet', 'phone', 'desktop'

    -- Timing
    timestamp           TIMESTAMP DEFAULT NOW(),
    time_elapsed_seconds INTEGER                       -- Time since module start
);

CREATE INDEX idx_feedback_rating ON module_feedback(rating);
CREATE INDEX idx_feedback_module ON module_feedback(module_id);
CREATE INDEX idx_events_timestamp ON module_analytics_events(timestamp);
CREATE INDEX idx_events_type ON module_analytics_events(event_type);
CREATE INDEX idx_events_module_student ON module_analytics_events(module_id, student_id);
CREATE INDEX idx_progress_status ON module_progress(status);
CREATE INDEX idx_progress_module ON module_progress(module_id);
CREATE INDEX idx_progress_student ON module_progress(student_id);
CREATE INDEX idx_assignments_module ON module_assignments(module_id);
CREATE INDEX idx_assignments_student ON module_assignments(student_id);
CREATE INDEX idx_sections_module ON module_sections(module_id);
CREATE INDEX idx_modules_module_id ON modules(module_id);
CREATE INDEX idx_modules_category ON modules(category);
CREATE INDEX idx_modules_status ON modules(status);

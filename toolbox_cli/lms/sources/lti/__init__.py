"""LTI Advantage beside a roster: the members of courses that were launched from, and grades of their line items.

How we sign in is in `signing`, where services are in `platform`, members in `members`, and grades in `gradebook`.

Source: 1EdTech LTI Names and Role Provisioning Services 2.0, Assignment and Grade Services 2.0, Security Framework
1.0; what Moodle 4.3 does otherwise, as recorded.
"""

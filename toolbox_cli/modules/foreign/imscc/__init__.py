"""IMS Common Cartridge 1.0 to 1.3: a manifest with a tree of items, each of which leads to a resource.

Source: 1EdTech Common Cartridge Profile 1.0 to 1.3; QTI 1.2.1; what exports of Canvas and Moodle hold beside it.
"""

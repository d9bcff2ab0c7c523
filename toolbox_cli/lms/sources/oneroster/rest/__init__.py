"""OneRoster 1.1 and 1.2 by REST.

The flat lists are read, since few servers have all of the nested ones. How a list is read to its honest end is in
`lists`, what its rows mean in `readers`, and how grades go back in `gradebook`.

Source: 1EdTech OneRoster 1.1, and 1.2 rostering and gradebook services; what servers do otherwise, as recorded.
"""

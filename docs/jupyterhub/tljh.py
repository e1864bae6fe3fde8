# The Littlest JupyterHub, for a class on one machine: this file goes to
# /opt/tljh/config/jupyterhub_config.d/tlcourse.py, and then: sudo tljh-config reload hub.
# How the machine is prepared: ../teaching.md.

# One copy of the assets for everybody, which learners may read and not write: what is computed from them
# (features, converted networks) is kept in each learner's own ~/.cache/tlcourse.
c.Spawner.environment.update({"TLCOURSE_DATA": "/srv/tlcourse/data/cache", "TLCOURSE_OFFLINE": "1"})  # noqa: F821

# New learners get the lessons by /etc/skel, and start in the first one.
c.Spawner.default_url = "/lab/tree/tlcourse/notebooks/00_start_here.ipynb"  # noqa: F821

# Starting TensorFlow for a whole class at once takes a busy machine longer than the usual minute.
c.Spawner.start_timeout = 300  # noqa: F821
c.Spawner.http_timeout = 120  # noqa: F821
c.JupyterHub.concurrent_spawn_limit = 10  # noqa: F821

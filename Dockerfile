# The course with its assets, in one image:
#
#   docker build -t tlcourse .
#   docker run --rm -p 127.0.0.1:8888:8888 tlcourse        then open the address that it prints, with its token
FROM python:3.11-slim

# Outside the home folder, over which a hub mounts a learner's own.
RUN useradd --create-home --uid 1000 learner && install -d -o learner /opt/tlcourse /opt/venv
USER learner
WORKDIR /opt/tlcourse
ENV PATH=/opt/venv/bin:$PATH PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1

# The packages have a layer of their own, so that a change to a lesson does not install them again.
COPY --chown=learner requirements/lock.txt requirements/
RUN python -m venv /opt/venv \
    && pip install --no-deps --require-hashes --only-binary :all: -r requirements/lock.txt
COPY --chown=learner . .
RUN pip install --no-deps --no-build-isolation --editable . && tlcourse fetch --all

EXPOSE 8888
CMD ["tlcourse", "lab", "--no-browser", "--ip=0.0.0.0"]

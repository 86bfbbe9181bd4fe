# The app: serves the schedule and its runs. Everything it needs is pinned in constraints.txt.
FROM python:3.11-slim-bookworm AS build
WORKDIR /src
COPY pyproject.toml constraints.txt README.md ./
COPY daftar daftar
COPY flows flows
COPY mappings mappings
COPY tasks tasks
RUN python -m venv /opt/daftar \
    && /opt/daftar/bin/pip install --no-cache-dir -c constraints.txt setuptools wheel \
    && /opt/daftar/bin/pip install --no-cache-dir -c constraints.txt --no-build-isolation .

FROM python:3.11-slim-bookworm
RUN useradd --create-home --uid 10001 daftar && install -d -o daftar /data /pages
COPY --from=build /opt/daftar /opt/daftar
ENV PATH=/opt/daftar/bin:$PATH \
    DAFTAR_HOME=/data \
    DAFTAR_FOLDER=/pages \
    PYTHONUNBUFFERED=1
USER daftar
WORKDIR /data
# On SIGTERM Prefect's runner leaves its children behind.
STOPSIGNAL SIGINT
CMD ["python", "-m", "flows"]

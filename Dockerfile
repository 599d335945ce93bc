# Small and without root: docker build -t alb-lint . && docker run --rm -v "$PWD:/src:ro" alb-lint check
FROM python:3.13-slim AS build
WORKDIR /build
COPY pyproject.toml README.md LICENSE ./
COPY src src
COPY docs/checks docs/checks
RUN python -m venv /opt/alb-lint && /opt/alb-lint/bin/pip install --no-cache-dir --disable-pip-version-check . \
    && /opt/alb-lint/bin/pip uninstall --yes pip

FROM python:3.13-slim
LABEL org.opencontainers.image.title="alb-lint" org.opencontainers.image.licenses="MIT"
COPY --from=build /opt/alb-lint /opt/alb-lint
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin alb-lint
USER 10001
WORKDIR /src
ENV PATH=/opt/alb-lint/bin:$PATH PYTHONDONTWRITEBYTECODE=1
ENTRYPOINT ["alb-lint"]
CMD ["--help"]

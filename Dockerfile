# The README's first command, run as an ordinary user. Real data: docker run -v FOLDER:/data … all --data /data
FROM python:3.12-slim

RUN useradd --create-home benchmark
WORKDIR /home/benchmark/cloudad-bench
RUN chown benchmark:benchmark .
USER benchmark
ENV PATH="/home/benchmark/venv/bin:$PATH"

RUN python -m venv /home/benchmark/venv
COPY --chown=benchmark:benchmark . .
RUN pip install --no-cache-dir -e ".[all]" -c constraints.txt

ENTRYPOINT ["cloudad-bench"]
CMD ["all"]

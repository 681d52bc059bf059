# syntax=docker/dockerfile:1
# The operator in an image with nothing else in it: no shell, no package manager, not root.
#
# Without a network: vendor the modules (`go mod vendor`), and name the two images that you have at hand with
# --build-arg GO_IMAGE=… and --build-arg BASE_IMAGE=…; hack/image/bases.sh makes two out of a machine.
ARG GO_IMAGE=golang:1.26.6-bookworm@sha256:116d58cbd88c1297624acc6e967a060012422bacf9930927e23fb719189c6f36
# Certificate authorities, a time zone database and user 65532; the operator needs no more.
ARG BASE_IMAGE=gcr.io/distroless/static-debian12:nonroot@sha256:d093aa3e30dbadd3efe1310db061a14da60299baff8450a17fe0ccc514a16639

FROM --platform=$BUILDPLATFORM ${GO_IMAGE} AS build
WORKDIR /src
COPY . .
# Cross-compiled rather than emulated: Go needs no help to build for another architecture. What is stamped comes from
# the commit, and paths are left out, so that the same commit gives the same binary.
ARG TARGETOS TARGETARCH VERSION=dev COMMIT=unknown DATE=unknown
RUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build \
    CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH \
    go build -trimpath -buildvcs=false \
      -ldflags "-s -w -buildid= -X main.version=$VERSION -X main.commit=$COMMIT -X main.date=$DATE" -o /manager .

FROM ${BASE_IMAGE}
ARG VERSION=dev COMMIT=unknown
LABEL org.opencontainers.image.source=https://github.com/dataroom-dev/intralinks-operator \
      org.opencontainers.image.title="Intralinks operator" \
      org.opencontainers.image.licenses=Apache-2.0 \
      org.opencontainers.image.version=$VERSION \
      org.opencontainers.image.revision=$COMMIT
COPY --from=build /manager /manager
USER 65532:65532
ENTRYPOINT ["/manager"]

# Any service's image, built where there is no .NET SDK:
#   docker build --build-arg PROJECT=Marketplace.Gateway --tag marketplace-gateway:dev .
# The storefront and what the gateway may execute are built with npm first.
ARG NODE=node:22-slim
ARG SDK=mcr.microsoft.com/dotnet/sdk:10.0-noble-aot
ARG BASE=mcr.microsoft.com/dotnet/runtime-deps:10.0-noble-chiseled

FROM ${NODE} AS app
WORKDIR /src
COPY Marketplace.Gateway/schema.graphql Marketplace.Gateway/
COPY storefront storefront
RUN cd storefront && npm ci --ignore-scripts --no-audit --no-fund && npm run build

FROM ${SDK} AS build
ARG PROJECT
WORKDIR /src
COPY . .
COPY --from=app /src/storefront/dist storefront/dist
COPY --from=app /src/storefront/operations storefront/operations
# For this image's platform alone, which leaves out 70 MB of other systems' native libraries.
# A second name for the program, whichever project it is: the last image has no shell to put a name together with.
RUN dotnet publish "${PROJECT}/${PROJECT}.csproj" --use-current-runtime --self-contained --output /app && ln -s "${PROJECT}" /app/service

FROM ${BASE}
ARG PROJECT
LABEL org.opencontainers.image.title="${PROJECT}" org.opencontainers.image.licenses="MIT"
WORKDIR /app
COPY --from=build /app .
USER 1654
ENTRYPOINT ["/app/service"]

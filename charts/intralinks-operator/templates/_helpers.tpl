{{/* The name that everything begins with: the release's, and the chart's unless the release is called so. */}}
{{- define "intralinks-operator.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* What never changes over the life of a release: a Deployment's selector may not. */}}
{{- define "intralinks-operator.selectorLabels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "intralinks-operator.labels" -}}
{{ include "intralinks-operator.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "intralinks-operator.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "intralinks-operator.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- define "intralinks-operator.image" -}}
{{- if .Values.image.digest -}}
{{- printf "%s@%s" .Values.image.repository .Values.image.digest -}}
{{- else -}}
{{- printf "%s:%s" .Values.image.repository (default .Chart.AppVersion .Values.image.tag) -}}
{{- end -}}
{{- end -}}

{{/* The host of signIn.externalURL, without a port: Ingress and HTTPRoute know none. */}}
{{- define "intralinks-operator.signInHost" -}}
{{- $url := required "signIn.externalURL: set it to the address under which browsers reach the sign-in pages" .Values.signIn.externalURL -}}
{{- (urlParse $url).hostname -}}
{{- end -}}

{{/* What a schema can't say about values that don't go together. */}}
{{- define "intralinks-operator.validate" -}}
{{- $postgres := .Values.ledger.postgres.existingSecret -}}
{{- if and (gt (int .Values.replicas) 1) (not $postgres) -}}
{{- fail (printf "replicas: %d pods can't share a SQLite ledger: set replicas to 1, or ledger.postgres.existingSecret" (int .Values.replicas)) -}}
{{- end -}}
{{- range .Values.args -}}
{{- if hasPrefix "--ledger=" . -}}
{{- fail "args: --ledger is the chart's own flag; for PostgreSQL put its address, which holds a password, into a Secret and name that in ledger.postgres.existingSecret" -}}
{{- end -}}
{{- end -}}
{{- if and .Values.signIn.httpRoute.enabled (not .Values.signIn.httpRoute.parentRefs) -}}
{{- fail "signIn.httpRoute.parentRefs: name the Gateway that the route joins, such as [{name: public, namespace: gateways}]" -}}
{{- end -}}
{{- if and .Values.console.enabled (not (include "intralinks-operator.api" .)) -}}
{{- fail "console.enabled: the console stands beside the API, which is served with api.enabled and without watch.namespaces" -}}
{{- end -}}
{{- end -}}

{{/* Whether the API is served. Asking who somebody is takes a right in the cluster, which a list of namespaces has none of. */}}
{{- define "intralinks-operator.api" -}}
{{- if and .Values.api.enabled (not .Values.watch.namespaces) }}true{{ end -}}
{{- end -}}

{{/* The operator's flags. What the values leave to the operator isn't passed. */}}
{{- define "intralinks-operator.args" -}}
- --leader-elect
- --leader-election-id={{ include "intralinks-operator.fullname" . }}
- --health-probe-bind-address=:8081
- --metrics-bind-address={{ ternary ":8443" "0" .Values.metrics.enabled }}
{{- if and .Values.metrics.enabled .Values.watch.namespaces }}
- --metrics-secure=false
{{- end }}
{{- if .Values.ledger.postgres.existingSecret }}
- --ledger=$(LEDGER_ADDRESS)
{{- else }}
- --ledger=sqlite:///var/lib/intralinks-operator/ledger.db
{{- end }}
{{- if .Values.console.enabled }}
- --console
{{- end }}
{{- with .Values.signIn.externalURL }}
- --sign-in-bind-address=:8082
- --external-url={{ . }}
{{- end }}
{{- if not (include "intralinks-operator.api" .) }}
- --api-bind-address=0
{{- else if .Values.api.hosts }}
- --api-hosts={{ join "," .Values.api.hosts }}
{{- end }}
{{- with .Values.watch.namespaces }}
- --watch-namespaces={{ join "," . }}
{{- end }}
{{- with .Values.watch.labelSelector }}
- {{ printf "--watch-label-selector=%s" . | quote }}
{{- end }}
{{- if .Values.watch.labelledSecrets }}
- --watch-labelled-secrets
{{- end }}
{{- with .Values.minInterval }}
- --min-interval={{ . }}
{{- end }}
{{- with .Values.concurrentTransfers }}
- --concurrent-transfers={{ int . }}
{{- end }}
{{- with .Values.allowedHosts }}
- {{ printf "--allowed-hosts=%s" (join "," .) | quote }}
{{- end }}
{{- with .Values.log.level }}
- --log-level={{ . }}
{{- end }}
{{- with .Values.log.format }}
- --log-format={{ . }}
{{- end }}
{{- range .Values.args }}
- {{ . | quote }}
{{- end }}
{{- end -}}

{{/* Gives the operator's account a role with rules, in the cluster or in each of watch.namespaces. */}}
{{- define "intralinks-operator.grant" -}}
{{- $root := .root -}}
{{- range $namespace := default (list "") $root.Values.watch.namespaces }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: {{ ternary "Role" "ClusterRole" (ne $namespace "") }}
metadata:
  name: {{ $.role }}
  {{- with $namespace }}
  namespace: {{ . }}
  {{- end }}
  labels:
    {{- include "intralinks-operator.labels" $root | nindent 4 }}
rules:
  {{- range $.rules }}
  {{- /* Asking who scrapes the metrics is a right in the cluster, and without one isn't done; nor are other deployments
  looked for outside of the operator's own namespace. */}}
  {{- if not (and $namespace (has (first .apiGroups) (list "authentication.k8s.io" "authorization.k8s.io" "coordination.k8s.io"))) }}
  - {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- end }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: {{ ternary "RoleBinding" "ClusterRoleBinding" (ne $namespace "") }}
metadata:
  name: {{ $.role }}binding
  {{- with $namespace }}
  namespace: {{ . }}
  {{- end }}
  labels:
    {{- include "intralinks-operator.labels" $root | nindent 4 }}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: {{ ternary "Role" "ClusterRole" (ne $namespace "") }}
  name: {{ $.role }}
subjects:
  - kind: ServiceAccount
    name: {{ include "intralinks-operator.serviceAccountName" $root }}
    namespace: {{ $root.Release.Namespace }}
{{- end }}
{{- end -}}

package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// AuthAPIVersion is the version of Intralinks' Auth API that the credentials were issued for.
// +kubebuilder:validation:Enum=v3;v2
type AuthAPIVersion string

// Auth API versions.
const (
	// AuthAPIVersionV3 fits credentials issued after February 2024.
	AuthAPIVersionV3 AuthAPIVersion = "v3"
	// AuthAPIVersionV2 fits older credentials.
	AuthAPIVersionV2 AuthAPIVersion = "v2"
)

// Grant is how the operator gets its token.
// +kubebuilder:validation:Enum=AuthorizationCode;ClientCredentials
type Grant string

// Grants.
const (
	// AuthorizationCodeGrant: a person signs in on Intralinks' page.
	AuthorizationCodeGrant Grant = "AuthorizationCode"
	// ClientCredentialsGrant: a service account, no person in the loop.
	ClientCredentialsGrant Grant = "ClientCredentials" //nolint:gosec // the name of a grant, not a credential
)

// Keys of the Intralinks credentials Secret.
const (
	APIKeyKey    = "apiKey"
	APISecretKey = "apiSecret"
	EmailKey     = "email"
	PasswordKey  = "password"
)

// Keys of the Luminance credentials Secret.
const (
	ClientIDKey     = "clientID"
	ClientSecretKey = "clientSecret"
)

// LuminanceAPIVersion is a published version of Luminance's REST API.
// +kubebuilder:validation:Enum=v1.5;v1.4;v1.3
type LuminanceAPIVersion string

// Luminance API versions.
const (
	LuminanceAPIVersion15 LuminanceAPIVersion = "v1.5"
	LuminanceAPIVersion14 LuminanceAPIVersion = "v1.4"
	LuminanceAPIVersion13 LuminanceAPIVersion = "v1.3"
)

// SignIn holds what is not sure about Intralinks' pages and calls for a person's sign-in. Leave all of it out
// unless Intralinks says otherwise. Of v2 the addresses are documented; of v3 all but tokenURL are inferred.
type SignIn struct {
	// authorizeURL of the page on which the person signs in. Default: /v2/oauth/authorize below authURL for v2,
	// /v3/apis/il-iam/oauth/authorize (inferred) for v3.
	// +optional
	// +kubebuilder:validation:MaxLength=512
	// +kubebuilder:validation:XValidation:rule="isURL(self) && self.matches('^(https://[^/:?#]|http://(localhost|127([.][0-9]{1,3}){3}|[[]::1[]])(:[0-9]+)?(/|$))')",message="authorizeURL must begin with https://, such as https://api.intralinks.com/v2/oauth/authorize; http:// is for loopback addresses only, such as http://127.0.0.1:8811"
	// +kubebuilder:validation:XValidation:rule="!self.matches('[?#@]')",message="authorizeURL must hold no user, query or fragment: write scheme, host and path only, such as https://api.intralinks.com/v2/oauth/authorize"
	AuthorizeURL string `json:"authorizeURL,omitempty"`

	// tokenURL where the operator turns the code of a sign-in, and later the refresh token, into an access token.
	// Default: /v2/oauth/token below authURL for v2, /v3/apis/il-iam/oauth/token for v3 (known from service
	// accounts; that it takes a person's code is inferred).
	// +optional
	// +kubebuilder:validation:MaxLength=512
	// +kubebuilder:validation:XValidation:rule="isURL(self) && self.matches('^(https://[^/:?#]|http://(localhost|127([.][0-9]{1,3}){3}|[[]::1[]])(:[0-9]+)?(/|$))')",message="tokenURL must begin with https://, such as https://api.intralinks.com/v2/oauth/token; http:// is for loopback addresses only, such as http://127.0.0.1:8811"
	// +kubebuilder:validation:XValidation:rule="!self.matches('[?#@]')",message="tokenURL must hold no user, query or fragment: write scheme, host and path only, such as https://api.intralinks.com/v2/oauth/token"
	TokenURL string `json:"tokenURL,omitempty"`

	// revokeURL where the operator ends its token once the integration is deleted. Default: /v2/oauth/revoke
	// below authURL for v2, /v3/apis/il-iam/oauth/revoke (inferred) for v3.
	// +optional
	// +kubebuilder:validation:MaxLength=512
	// +kubebuilder:validation:XValidation:rule="isURL(self) && self.matches('^(https://[^/:?#]|http://(localhost|127([.][0-9]{1,3}){3}|[[]::1[]])(:[0-9]+)?(/|$))')",message="revokeURL must begin with https://, such as https://api.intralinks.com/v2/oauth/revoke; http:// is for loopback addresses only, such as http://127.0.0.1:8811"
	// +kubebuilder:validation:XValidation:rule="!self.matches('[?#@]')",message="revokeURL must hold no user, query or fragment: write scheme, host and path only, such as https://api.intralinks.com/v2/oauth/revoke"
	RevokeURL string `json:"revokeURL,omitempty"`

	// pkce sends a code challenge (RFC 7636, S256), so that a code which is caught on its way is worth nothing.
	// Default: true for v3 (inferred), false for v2, which documents no such parameter.
	// +optional
	PKCE *bool `json:"pkce,omitempty"`

	// sendRedirectURI also sends the callback's address, as redirect_uri. Default: true for v3 (inferred), false
	// for v2, which goes by the address that is registered with the API key.
	// +optional
	SendRedirectURI *bool `json:"sendRedirectURI,omitempty"`

	// scope to ask for. Default: none is sent. v2 has only ilservices, which it also takes by itself; which ones
	// v3 has is not known.
	// +optional
	// +kubebuilder:validation:MaxLength=256
	// +kubebuilder:validation:XValidation:rule="self.matches('^[!#-Z^-~]+( [!#-Z^-~]+)*$')",message="scope is one word, or several with single blanks between them, such as ilservices"
	Scope string `json:"scope,omitempty"`
}

// IntralinksConnection says how to reach Intralinks and as whom.
// +kubebuilder:validation:XValidation:rule="!has(self.signIn) || self.grant == 'AuthorizationCode'",message="signIn is for grant AuthorizationCode: remove it, or set grant to AuthorizationCode"
type IntralinksConnection struct {
	// authAPIVersion is the version of Intralinks' Auth API that the API key was issued for: v3 (default)
	// for keys issued after February 2024, v2 for older ones.
	// +optional
	// +kubebuilder:default=v3
	AuthAPIVersion AuthAPIVersion `json:"authAPIVersion,omitempty"`

	// grant is how the operator gets its token. AuthorizationCode (default): a person signs in on
	// Intralinks' page. ClientCredentials: a service account of its own, no person in the loop; never use
	// a person's account for it, because each would end the other's session.
	// +optional
	// +kubebuilder:default=AuthorizationCode
	Grant Grant `json:"grant,omitempty"`

	// credentialsSecretRef names the Secret with the keys apiKey and apiSecret; with authAPIVersion v2 and
	// grant ClientCredentials also email and password of the service account.
	// +required
	CredentialsSecretRef SecretReference `json:"credentialsSecretRef"`

	// baseURL of the resource calls. The default follows authAPIVersion: https://apps.intralinks.com for v3
	// (inferred: ask Intralinks which host your key belongs to), https://api.intralinks.com for v2.
	// +optional
	// +kubebuilder:validation:MaxLength=256
	// +kubebuilder:validation:XValidation:rule="isURL(self) && self.matches('^(https://[^/:?#]|http://(localhost|127([.][0-9]{1,3}){3}|[[]::1[]])(:[0-9]+)?(/|$))')",message="baseURL must begin with https://, such as https://api.intralinks.com; http:// is for loopback addresses only, such as http://127.0.0.1:8811"
	// +kubebuilder:validation:XValidation:rule="!self.matches('[?#@]')",message="baseURL must hold no user, query or fragment: write scheme and host only, such as https://api.intralinks.com"
	BaseURL string `json:"baseURL,omitempty"`

	// authURL of the sign-in calls; defaults to baseURL.
	// +optional
	// +kubebuilder:validation:MaxLength=256
	// +kubebuilder:validation:XValidation:rule="isURL(self) && self.matches('^(https://[^/:?#]|http://(localhost|127([.][0-9]{1,3}){3}|[[]::1[]])(:[0-9]+)?(/|$))')",message="authURL must begin with https://, such as https://api.intralinks.com; http:// is for loopback addresses only, such as http://127.0.0.1:8811"
	// +kubebuilder:validation:XValidation:rule="!self.matches('[?#@]')",message="authURL must hold no user, query or fragment: write scheme and host only, such as https://api.intralinks.com"
	AuthURL string `json:"authURL,omitempty"`

	// endOtherSessions ends the account's other sessions when the operator signs in, where the exchange or
	// the user disallows concurrent logins. Default false: never take over a person's session.
	// +optional
	// +kubebuilder:default=false
	EndOtherSessions bool `json:"endOtherSessions,omitempty"`

	// signIn changes what is not sure about a person's sign-in: addresses, PKCE, scope. For grant
	// AuthorizationCode only.
	// +optional
	SignIn *SignIn `json:"signIn,omitempty"`
}

// RequestBudget is the allowance of a Luminance instance and how much of it the operator may spend.
type RequestBudget struct {
	// requests that the instance allows in each period. Luminance documents 100.
	// +optional
	// +kubebuilder:default=100
	// +kubebuilder:validation:XValidation:rule="self >= 1 && self <= 1000000",message="requests must be between 1 and 1000000: write what the instance allows, such as 100"
	Requests int32 `json:"requests,omitempty"`

	// per is the length of the period, as a duration. Luminance documents 10m.
	// +optional
	// +kubebuilder:default="10m"
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:MaxLength=32
	// +kubebuilder:validation:XValidation:rule="self.matches('^([0-9]+([.][0-9]+)?(ms|s|m|h))+$') && duration(self) >= duration('1s') && duration(self) <= duration('24h')",message="per must be a duration between 1s and 24h, such as 10m"
	Per *metav1.Duration `json:"per,omitempty"`

	// reserve is the share, in percent, that is left to other users of the instance.
	// +optional
	// +kubebuilder:default=20
	// +kubebuilder:validation:XValidation:rule="self >= 0 && self <= 90",message="reserve is a percentage between 0 and 90: write 20 to leave a fifth of the allowance to others"
	Reserve *int32 `json:"reserve,omitempty"`
}

// LuminanceConnection says how to reach a Luminance instance and as whom.
type LuminanceConnection struct {
	// baseURL of the instance, such as https://acme-corporate.app.luminance.com.
	// +required
	// +kubebuilder:validation:MaxLength=256
	// +kubebuilder:validation:XValidation:rule="isURL(self) && self.matches('^(https://[^/:?#]|http://(localhost|127([.][0-9]{1,3}){3}|[[]::1[]])(:[0-9]+)?(/|$))')",message="baseURL must begin with https://, such as https://acme-corporate.app.luminance.com; http:// is for loopback addresses only, such as http://127.0.0.1:8812"
	// +kubebuilder:validation:XValidation:rule="!self.matches('[?#@]')",message="baseURL must hold no user, query or fragment: write scheme and host only, such as https://acme-corporate.app.luminance.com"
	BaseURL string `json:"baseURL"`

	// credentialsSecretRef names the Secret with the keys clientID and clientSecret of a Luminance Service User.
	// +required
	CredentialsSecretRef SecretReference `json:"credentialsSecretRef"`

	// requestBudget is what the instance allows and what is left to others. It is kept for the instance as a
	// whole: integrations that name the same host share one budget, the strictest.
	// +optional
	// +kubebuilder:default={}
	RequestBudget RequestBudget `json:"requestBudget,omitempty"`

	// apiVersion of Luminance's REST API: v1.5 (default), v1.4 or v1.3.
	// +optional
	// +kubebuilder:default="v1.5"
	APIVersion LuminanceAPIVersion `json:"apiVersion,omitempty"`
}

// IntralinksIntegrationSpec is the connection to one Intralinks account and one Luminance instance.
type IntralinksIntegrationSpec struct {
	// intralinks is the side that documents come from.
	// +required
	Intralinks IntralinksConnection `json:"intralinks"`

	// luminance is the side that documents go to.
	// +required
	Luminance LuminanceConnection `json:"luminance"`
}

// ExchangeSummary is an exchange that the account can see.
type ExchangeSummary struct {
	// id of the exchange.
	ID int64 `json:"id"`
	// name of the exchange.
	// +optional
	Name string `json:"name,omitempty"`
	// host is the organisation that runs the exchange.
	// +optional
	Host string `json:"host,omitempty"`
	// phase of the exchange: HOLD, PREPARATION or OPEN.
	// +optional
	Phase string `json:"phase,omitempty"`
}

// LuminanceStatus is what the instance says of itself.
type LuminanceStatus struct {
	// product of the instance, such as corporate or diligence. Learnt some minutes after the first check,
	// because it costs a request of its own.
	// +optional
	Product string `json:"product,omitempty"`
	// version of the product.
	// +optional
	Version string `json:"version,omitempty"`
	// serviceUser is the account that the operator works as.
	// +optional
	ServiceUser *ServiceUser `json:"serviceUser,omitempty"`
}

// ServiceUser is a Luminance account.
type ServiceUser struct {
	// id of the user.
	ID int64 `json:"id"`
	// name of the user.
	// +optional
	Name string `json:"name,omitempty"`
}

// RequestBudgetStatus is the state of the instance's request budget.
type RequestBudgetStatus struct {
	// limit is the number of requests that the operator may send in a period, the reserve taken off.
	Limit int32 `json:"limit"`
	// used is how many of them the running period has seen, at the last status write.
	Used int32 `json:"used"`
	// resetAt is when the next request of the period becomes free.
	// +optional
	ResetAt *metav1.Time `json:"resetAt,omitempty"`
}

// IntralinksIntegrationStatus is what the operator sees of the connection.
type IntralinksIntegrationStatus struct {
	// observedGeneration is the generation of the spec that the status speaks of; -1 before the first look.
	// +optional
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`

	// lastHandledReconcileAt is the last value of the annotation reconcile.dataroom.dev/requestedAt that was handled.
	// +optional
	LastHandledReconcileAt string `json:"lastHandledReconcileAt,omitempty"`

	// conditions: Ready (the summary), Authorized, LuminanceReachable; Reconciling and Stalled while they hold.
	// +optional
	// +listType=map
	// +listMapKey=type
	Conditions []metav1.Condition `json:"conditions,omitempty"`

	// credentialsRevision changes whenever a credentials Secret does. It holds nothing of their content.
	// +optional
	CredentialsRevision string `json:"credentialsRevision,omitempty"`

	// account is the e-mail of the Intralinks account, where the service tells it.
	// +optional
	Account string `json:"account,omitempty"`

	// signInURL is where a person signs in to Intralinks, while that is wanted. Ask for a link that works with the
	// annotation dataroom.dev/sign-in-requested-at: it holds a ticket then, good for ten minutes and for once.
	// +optional
	SignInURL string `json:"signInURL,omitempty"`

	// lastHandledSignInAt is the last value of the annotation dataroom.dev/sign-in-requested-at that was handled.
	// +optional
	LastHandledSignInAt string `json:"lastHandledSignInAt,omitempty"`

	// lastHandledSignOutAt is the last value of the annotation dataroom.dev/sign-out-requested-at that was handled.
	// +optional
	LastHandledSignOutAt string `json:"lastHandledSignOutAt,omitempty"`

	// tokenExpiresAt is when the sign-in ends unless it is renewed: the end of the refresh token, or of the access
	// token where there is no other.
	// +optional
	TokenExpiresAt *metav1.Time `json:"tokenExpiresAt,omitempty"`

	// tokenSecretRef names the Secret that the operator keeps the tokens of the sign-in in. It belongs to the
	// integration and goes with it.
	// +optional
	TokenSecretRef *SecretReference `json:"tokenSecretRef,omitempty"`

	// exchanges that the account can see, by name; at most 200.
	// +optional
	// +listType=map
	// +listMapKey=id
	// +kubebuilder:validation:MaxItems=200
	Exchanges []ExchangeSummary `json:"exchanges,omitempty"`

	// exchangeCount is the number of all exchanges that the account can see.
	// +optional
	ExchangeCount int32 `json:"exchangeCount,omitempty"`

	// lastCheckTime is when both services were last asked.
	// +optional
	LastCheckTime *metav1.MicroTime `json:"lastCheckTime,omitempty"`

	// nextCheckTime is when they are asked again; absent where only a change of the spec, of a Secret or an
	// annotation makes that worth while, such as after refused credentials.
	// +optional
	NextCheckTime *metav1.Time `json:"nextCheckTime,omitempty"`

	// failedChecks is the number of checks in a row that failed.
	// +optional
	FailedChecks int32 `json:"failedChecks,omitempty"`

	// luminance is what the instance says of itself.
	// +optional
	Luminance LuminanceStatus `json:"luminance,omitempty"`

	// requestBudget of the Luminance instance.
	// +optional
	RequestBudget *RequestBudgetStatus `json:"requestBudget,omitempty"`
}

// IntralinksIntegration is the connection to one Intralinks account and one Luminance instance. Any
// number of FolderSyncs of its namespace use it.
//
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:shortName=ili,categories=dataroom
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`
// +kubebuilder:printcolumn:name="Exchanges",type=integer,JSONPath=`.status.exchangeCount`
// +kubebuilder:printcolumn:name="Luminance",type=string,JSONPath=`.spec.luminance.baseURL`
// +kubebuilder:printcolumn:name="Account",type=string,JSONPath=`.status.account`,priority=1
// +kubebuilder:printcolumn:name="Requests",type=integer,JSONPath=`.status.requestBudget.used`,priority=1
// +kubebuilder:printcolumn:name="Reason",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].reason`
// +kubebuilder:printcolumn:name="Message",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].message`,priority=1
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
type IntralinksIntegration struct {
	metav1.TypeMeta `json:",inline"`
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec is the connection.
	// +required
	Spec IntralinksIntegrationSpec `json:"spec"`
	// status is what the operator sees of it.
	// +optional
	// +kubebuilder:default:={"observedGeneration":-1}
	Status IntralinksIntegrationStatus `json:"status,omitempty"`
}

// IntralinksIntegrationList is a list of integrations.
//
// +kubebuilder:object:root=true
type IntralinksIntegrationList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []IntralinksIntegration `json:"items"`
}

// StatusConditions gives the conditions to change in place.
func (i *IntralinksIntegration) StatusConditions() *[]metav1.Condition { return &i.Status.Conditions }

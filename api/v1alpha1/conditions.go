package v1alpha1

// Condition types. Ready is the summary on both kinds; Reconciling and Stalled follow kstatus and are
// present only while they are true.
const (
	// ReadyCondition says that the object works and that nobody has to act on it.
	ReadyCondition = "Ready"
	// ReconcilingCondition says that the operator is working towards the newest spec.
	ReconcilingCondition = "Reconciling"
	// StalledCondition says that no retry can mend what is wrong: somebody has to change something.
	StalledCondition = "Stalled"

	// InSyncCondition (FolderSync) says that every document of the last listing, but for what the user
	// chose to skip, stands in Luminance in its newest version.
	InSyncCondition = "InSync"

	// AuthorizedCondition (IntralinksIntegration) says that Intralinks accepts the credentials.
	AuthorizedCondition = "Authorized"
	// LuminanceReachableCondition (IntralinksIntegration) says that Luminance answers the service user.
	LuminanceReachableCondition = "LuminanceReachable"
)

// ReconcileRequestAnnotation asks for a run now, on either kind: any new value is a request. The value
// that was handled last is in status.lastHandledReconcileAt.
const ReconcileRequestAnnotation = "reconcile.dataroom.dev/requestedAt"

// ConfirmVanishedAnnotation (FolderSync) confirms a listing that lacks most of what was there. Its value is the
// mark that the message of SourceVanished gives: it confirms that very set of missing documents and no other.
const ConfirmVanishedAnnotation = "dataroom.dev/confirm-vanished"

// SignInRequestAnnotation (IntralinksIntegration) asks for a link by which a person can sign in to Intralinks, once
// and within ten minutes: any new value is a request. The link is status.signInURL then, and the value that was
// handled last is status.lastHandledSignInAt.
const SignInRequestAnnotation = "dataroom.dev/sign-in-requested-at"

// SignOutRequestAnnotation (IntralinksIntegration) asks for the end of a sign-in: the tokens are taken out of their Secret
// and revoked at Intralinks, and nothing is synced before somebody signs in again. Any new value is a request; the value
// that was handled last is status.lastHandledSignOutAt.
const SignOutRequestAnnotation = "dataroom.dev/sign-out-requested-at"

// SignInFinalizer keeps an integration until its token has been revoked, for ten seconds at most.
const SignInFinalizer = "dataroom.dev/sign-in"

package v1alpha1

import "strings"

// Help is the page that has an entry for each reason of a condition.
const Help = "https://github.com/dataroom-dev/intralinks-operator/blob/main/docs/troubleshooting.md"

// HelpOn a reason of a condition is its entry: what it means, how to see more, what to do.
func HelpOn(reason string) string { return Help + "#" + strings.ToLower(reason) }

// WithoutHelp takes the link to that entry, in parentheses, off a condition's message.
func WithoutHelp(message string) string {
	before, rest, found := strings.Cut(message, " ("+Help+"#")
	if !found {
		return message
	}
	_, after, _ := strings.Cut(rest, ")")
	return before + after
}

// Reasons on an IntralinksIntegration.
const (
	// SignInRequiredReason: there is no token yet, or the refresh token is gone.
	SignInRequiredReason = "SignInRequired"
	// SignInExpiringReason: the sign-in ends within five days unless somebody signs in again; all still works.
	SignInExpiringReason = "SignInExpiring"
	// SignInDeniedReason: the person who signed in did not let the operator in, or kept the account of before.
	SignInDeniedReason = "SignInDenied"
	// SignInTimedOutReason: the person came back from Intralinks' page, or the code was handed in, too late.
	SignInTimedOutReason = "SignInTimedOut"
	// SignInFailedReason: a sign-in came to nothing for another reason, which the message gives.
	SignInFailedReason = "SignInFailed"
	// CallbackNotRegisteredReason: a sign-in began and nobody came back, or Intralinks refused the callback's address.
	CallbackNotRegisteredReason = "CallbackNotRegistered"
	// ClockWrongReason: a sign-in failed, and this machine's clock and Intralinks' differ by more than a minute.
	ClockWrongReason = "ClockWrong"
	// InvalidCredentialsReason: an API key, a secret or an account was refused.
	InvalidCredentialsReason = "InvalidCredentials"
	// AuthVersionMismatchReason: the credentials were refused in a way that the other Auth API version would explain.
	AuthVersionMismatchReason = "AuthVersionMismatch"
	// SessionTakenReason: somebody else signed in with the same account.
	SessionTakenReason = "SessionTaken"
	// IntralinksUnreachableReason: Intralinks doesn't answer, or answers with an error of its own.
	IntralinksUnreachableReason = "IntralinksUnreachable"
	// IntralinksForbiddenReason: the account may not list exchanges.
	IntralinksForbiddenReason = "IntralinksForbidden"
	// LuminanceUnreachableReason: Luminance doesn't answer, or answers with an error of its own.
	LuminanceUnreachableReason = "LuminanceUnreachable"
	// LuminanceForbiddenReason: the service user lacks a role.
	LuminanceForbiddenReason = "LuminanceForbidden"
	// HostNotAllowedReason: a URL names a host that the operator may not call (--allowed-hosts).
	HostNotAllowedReason = "HostNotAllowed"
	// AllowanceClaimedElsewhereReason: another deployment of the operator spends the request allowance of this Luminance
	// instance.
	AllowanceClaimedElsewhereReason = "AllowanceClaimedElsewhere"
	// ConnectedReason: both services answer.
	ConnectedReason = "Connected"
)

// Reasons on both kinds.
const (
	// SecretNotFoundReason: a Secret that the spec names does not exist.
	SecretNotFoundReason = "SecretNotFound"
	// SecretKeyMissingReason: a Secret lacks a key, or its value is empty.
	SecretKeyMissingReason = "SecretKeyMissing"
	// SecretInUseReason: the name of the Secret for the tokens is taken by one that the integration doesn't own.
	SecretInUseReason = "SecretInUse"
	// ThrottledReason: the request allowance is used up; the message says when work resumes.
	ThrottledReason = "Throttled"
	// ProgressingReason: a first check or a first run is under way.
	ProgressingReason = "Progressing"
)

// Reasons on a FolderSync.
const (
	// IntegrationNotFoundReason: integrationRef names nothing in this namespace.
	IntegrationNotFoundReason = "IntegrationNotFound"
	// IntegrationNotReadyReason: the integration has to become Ready first.
	IntegrationNotReadyReason = "IntegrationNotReady"
	// ExchangeNotFoundReason: no exchange that the account can see has this id or name.
	ExchangeNotFoundReason = "ExchangeNotFound"
	// ExchangeAmbiguousReason: several exchanges have this name.
	ExchangeAmbiguousReason = "ExchangeAmbiguous"
	// ExchangeAccessRestrictedReason: the exchange is there, but this account may not enter it.
	ExchangeAccessRestrictedReason = "ExchangeAccessRestricted"
	// SplashNotAcceptedReason: the exchange shows a splash screen, often an NDA, that nobody accepted.
	SplashNotAcceptedReason = "SplashNotAccepted"
	// ExchangeEntryBlockedReason: entering takes a step that only a person can do.
	ExchangeEntryBlockedReason = "ExchangeEntryBlocked"
	// FolderNotFoundReason: the source folder does not exist in the exchange.
	FolderNotFoundReason = "FolderNotFound"
	// FolderAmbiguousReason: several folders of the exchange have this path.
	FolderAmbiguousReason = "FolderAmbiguous"
	// DivisionNotFoundReason: no Division that the service user can see has this id, name or moniker.
	DivisionNotFoundReason = "DivisionNotFound"
	// DivisionAmbiguousReason: several Divisions have this name.
	DivisionAmbiguousReason = "DivisionAmbiguous"
	// DestinationInUseReason: another FolderSync feeds this folder of the Division.
	DestinationInUseReason = "DestinationInUse"
	// SourceVanishedReason: the listing lost most of what it had; nothing changes until that is confirmed.
	SourceVanishedReason = "SourceVanished"
	// InvalidSpecReason: a field holds something that the operator can't use; the message names it.
	InvalidSpecReason = "InvalidSpec"
	// SyncFailedReason: the last run ended early; the message says why and when it is tried again.
	SyncFailedReason = "SyncFailed"

	// SyncingReason: a run is under way.
	SyncingReason = "Syncing"
	// SyncedReason: the last run finished and every document arrived.
	SyncedReason = "Synced"
	// SyncedWithProblemsReason: the last run finished, and some documents did not arrive.
	SyncedWithProblemsReason = "SyncedWithProblems"
	// SuspendedReason: spec.suspend holds.
	SuspendedReason = "Suspended"
	// LedgerRebuiltReason (Event): documents were found standing in Luminance that the ledger did not know.
	LedgerRebuiltReason = "LedgerRebuilt"
	// NewProblemsReason (Event): documents did not cross of which nothing was said before.
	NewProblemsReason = "NewProblems"
	// DryRunReason: spec.dryRun holds; status.plan shows what a run would do.
	DryRunReason = "DryRun"
)

// ProblemReason says why one document did not cross.
type ProblemReason string

// Reasons on a document.
const (
	// ProtectedProblem: the document is protected (IRM or viewer only), so Luminance could not read it.
	ProtectedProblem ProblemReason = "Protected"
	// PlaceholderProblem: the document has no file yet.
	PlaceholderProblem ProblemReason = "Placeholder"
	// TooLargeProblem: the document is larger than spec.source.maxFileSize.
	TooLargeProblem ProblemReason = "TooLarge"
	// ExcludedProblem: spec.source.include or exclude leaves the document out.
	ExcludedProblem ProblemReason = "Excluded"
	// NameConflictProblem: a person put a document of this name into the destination folder.
	NameConflictProblem ProblemReason = "NameConflict"
	// HashMismatchProblem: what was downloaded is not what the listing announced.
	HashMismatchProblem ProblemReason = "HashMismatch"
	// DownloadFailedProblem: Intralinks did not hand out the file.
	DownloadFailedProblem ProblemReason = "DownloadFailed"
	// UploadRejectedProblem: Luminance did not take the file.
	UploadRejectedProblem ProblemReason = "UploadRejected"
	// ImportFailedProblem: Luminance took the file and could not analyse it.
	ImportFailedProblem ProblemReason = "ImportFailed"
	// BeingEditedProblem: somebody has the document checked out in Luminance.
	BeingEditedProblem ProblemReason = "BeingEdited"
	// OrphanedProblem: the document's folder is missing from the listing, or the folders form a cycle.
	OrphanedProblem ProblemReason = "Orphaned"
)

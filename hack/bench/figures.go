package main

// figures in the order of the table.
var figures = []figure{
	newDocuments,
	quietPoll,
	allowanceUse,
	largeFiles,
	smallFiles,
	latency,
	manyDocuments,
	manyPolls,
	hugeFile,
	thousandSyncs,
	fiveThousandSyncs,
	failingTenant,
	foreignSecrets,
	peerRclone,
	peerScript,
}
